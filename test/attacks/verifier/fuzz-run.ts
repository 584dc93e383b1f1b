/**
 * The mutation fuzz at length: a million tokens for each kind of cryptography, and what they did to the process.
 *
 *     npm run fuzz [-- TOKENS [SEED]]
 *
 * Ends with 1 where a token was answered with anything but the one 401, and where memory has grown.
 */
import { engines } from '../../verifier/fake-issuer.ts';
import { fuzzVerifier } from './fuzz-verifier.ts';

const tokens = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);

/** Memory is looked at once everything has been loaded, compiled and filled for the first time. */
const warmUp = Math.min(50_000, tokens / 2);
const mostGrowth = 64;

const residentMegabytes = () => Math.round(process.memoryUsage.rss() / 1024 ** 2);

for (const { engine, useWebCrypto } of engines) {
  let before = residentMegabytes();
  let most = before;
  const onProgress = (shown: number) => {
    if (shown < warmUp) before = residentMegabytes();
    most = Math.max(most, residentMegabytes());
  };
  const result = await fuzzVerifier({ tokens, seed, useWebCrypto, onProgress });
  const after = residentMegabytes();
  const reasons = [...result.reasons].toSorted(([, one], [, other]) => other - one);
  console.log(`${engine}: ${tokens} tokens, seed ${seed}: every one the same 401, none cached`);
  console.log(`  memory ${before} MB after warming up, ${most} MB at most, ${after} MB at the end`);
  console.log(
    `  requests ${result.requests}, reasons ${reasons.map(([name, count]) => `${name} ${count}`).join(', ')}`,
  );
  const isClean = result.cachedTokens === 0 && result.acceptsGenuine && after - before <= mostGrowth;
  if (!isClean) process.exitCode = 1;
}
