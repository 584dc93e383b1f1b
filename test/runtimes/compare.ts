/**
 * Has every runtime judge the same tokens and prints how many verdicts differ from Node's:
 *
 *     npm run runtimes [-- MUTATIONS [SEED]]
 *
 * The tokens are those of the verifier's own attack suite, which runs first and is listened to, the public vectors, tokens
 * that are odd in one way each under five kinds of keys, and MUTATIONS of a good one for each kind.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDifferences } from './find-differences.ts';
import { makeCases } from './make-cases.ts';
import { runtimes } from './runtimes.ts';
import type { TokenCase } from './token-case.ts';

const mutations = Number(process.argv[2] ?? 2000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the attack suite asks of the verifier, each thing that it asks twice only once. */
function listenToSuite(): readonly TokenCase[] {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-cases-'));
  try {
    const file = join(folder, 'cases.jsonl');
    const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'test/attacks/verifier'];
    const env = { ...process.env, TALLYSTICK_TEST_CASES: file };
    const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error('the attack suite does not pass: run `npm test -- test/attacks/verifier`');
    const lines = new Set(readFileSync(file, 'utf8').trimEnd().split('\n'));
    return [...lines].map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const suite = listenToSuite();
const made = makeCases({ keys: ['ES256', 'ES384', 'Ed25519', 'RS256', 'PS256'], mutations, seed });
const cases = [...suite, ...made];
console.log(`${cases.length} tokens, ${suite.length} of them from the attack suite; seed ${seed}`);

let reference: readonly string[] | undefined;
for (const { name, judge } of runtimes) {
  const startedAt = performance.now();
  const verdicts = await judge(cases);
  reference ??= verdicts;
  const differences = findDifferences(cases, reference, verdicts);
  const accepted = verdicts.filter((verdict) => verdict === 'ok').length;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name.padEnd(28)} ${accepted} accepted, ${differences.length} verdicts differ, ${seconds} s`);
  for (const difference of differences.slice(0, 10)) console.log(`  ${difference}`);
  if (differences.length > 0) process.exitCode = 1;
}
