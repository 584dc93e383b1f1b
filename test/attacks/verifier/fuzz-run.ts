/**
 * The mutation fuzz at length: a million tokens for each kind of cryptography, and what they did to the process.
 *
 *     npm run fuzz [-- TOKENS [SEED]]
 *
 * Ends with 1 where a token was answered with anything but the one 401, and where memory goes on growing: see find-growth.ts,
 * and package.json for the young generation that has its size from the start.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { engines } from '../../verifier/fake-issuer.ts';
import { fewestJudged, findGrowth, type MemoryLook } from './find-growth.ts';
import { type FuzzResult, fuzzVerifier } from './fuzz-verifier.ts';

const tokens = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const lookEvery = 50_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function lookAtMemory(done: number): MemoryLook {
  // The first collection may leave buffers to be let go of by the second.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { done, held: (heapUsed + external) / 1024 ** 2, resident: rss / 1024 ** 2 };
}

function tellFindings({ reasons, requests, cachedTokens, acceptsGenuine }: FuzzResult): void {
  const counts = [...reasons].toSorted(([, one], [, other]) => other - one);
  console.log(`  reasons ${counts.map(([name, count]) => `${name} ${count}`).join(', ')}`);
  console.log(
    `  ${requests} requests, ${cachedTokens} cached, the genuine token ${acceptsGenuine ? 'is' : 'is not'} accepted`,
  );
  if (cachedTokens > 0 || !acceptsGenuine) process.exitCode = 1;
}

function tellMemory(looks: readonly MemoryLook[]): void {
  const growth = findGrowth(looks);
  if (tokens < fewestJudged) console.log(`  memory is not judged by fewer than ${fewestJudged} tokens`);
  else if (growth.length === 0) console.log('  memory is flat in the second half');
  else {
    console.log(`  ${growth.join('; ')}`);
    process.exitCode = 1;
  }
}

for (const { engine, useWebCrypto } of engines) {
  const looks: MemoryLook[] = [];
  const onProgress = (done: number) => {
    if (done % lookEvery !== 0 && done !== tokens) return;
    const look = lookAtMemory(done);
    looks.push(look);
    console.log(
      `${engine}: ${done} of ${tokens} tokens, ${look.held.toFixed(1)} MB held, ${look.resident.toFixed(1)} MB resident`,
    );
  };
  const result = await fuzzVerifier({ tokens, seed, useWebCrypto, onProgress });
  console.log(`${engine}: every one the same 401, seed ${seed}`);
  tellFindings(result);
  tellMemory(looks);
}
