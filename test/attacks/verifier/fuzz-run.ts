/**
 * The mutation fuzz at length: a million tokens for each kind of cryptography, and what they did to the process.
 *
 *     npm run fuzz [-- TOKENS [SEED]]
 *
 * Ends with 1 where a token was answered with anything but the one 401, and where memory goes on growing.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { engines } from '../../verifier/fake-issuer.ts';
import { fuzzVerifier } from './fuzz-verifier.ts';

const tokens = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Memory {
  /** What the program holds on to. */
  readonly heap: number;
  /** What the process has of the machine; grows to what collecting garbage at leisure takes, and stays there. */
  readonly resident: number;
}

/** In megabytes. */
function lookAtMemory(): Memory {
  const resident = process.memoryUsage.rss() / 1024 ** 2;
  collectGarbage();
  return { heap: process.memoryUsage().heapUsed / 1024 ** 2, resident };
}

/** What is loaded, compiled and filled for the first time comes before the first quarter's end. */
const quarters = 4;
const mostHeapGrowth = 4;
const mostResidentGrowth = 64;

for (const { engine, useWebCrypto } of engines) {
  const seen: Memory[] = [];
  const onProgress = (shown: number) => {
    if (shown >= (tokens / quarters) * (seen.length + 1)) seen.push(lookAtMemory());
  };
  const result = await fuzzVerifier({ tokens, seed, useWebCrypto, onProgress });
  seen.push(lookAtMemory());
  const reasons = [...result.reasons].toSorted(([, one], [, other]) => other - one);
  const tell = (what: keyof Memory) => seen.map((memory) => memory[what].toFixed(1)).join(', ');
  console.log(`${engine}: ${tokens} tokens, seed ${seed}: every one the same 401, ${result.cachedTokens} cached`);
  console.log(`  heap after each quarter ${tell('heap')} MB, resident ${tell('resident')} MB`);
  console.log(
    `  requests ${result.requests}, reasons ${reasons.map(([name, count]) => `${name} ${count}`).join(', ')}`,
  );
  const [first, last] = [seen[0], seen.at(-1)];
  const grewBy = (what: keyof Memory) => (last?.[what] ?? 0) - (first?.[what] ?? 0);
  const isFlat = grewBy('heap') <= mostHeapGrowth && grewBy('resident') <= mostResidentGrowth;
  if (!isFlat || result.cachedTokens > 0 || !result.acceptsGenuine) process.exitCode = 1;
}
