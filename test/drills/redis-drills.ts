/**
 * The long form of the Redis drills: `npm run drills:redis [-- ROUNDS]`, 10 rounds of every fault unless told otherwise.
 */
import { startRedisCluster } from '../engines/redis.ts';
import { drillOnce, redisFaults } from './redis-faults.ts';
import type { DrillResult } from './run-drill.ts';

const rounds = Number(process.argv[2] ?? 10);
const engine = await startRedisCluster();
const rows: Record<string, string | number>[] = [];
for (const fault of redisFaults) {
  const results: DrillResult[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    process.stdout.write(`\r${fault.name}: ${round} of ${rounds}   `);
    results.push(await drillOnce(engine, fault, { clients: 60, before: 5_000, after: 12_000 }));
  }
  rows.push(summaryOf(fault.name, results));
}
await engine.remove();
process.stdout.write('\n');
console.table(rows);
const failures = ['signed out', 'undone', 'broken'] as const;
process.exitCode = rows.every((row) => failures.every((name) => row[name] === 0)) ? 0 : 1;

function summaryOf(fault: string, results: readonly DrillResult[]): Record<string, string | number> {
  const sum = (count: (result: DrillResult) => number) => results.reduce((total, each) => total + count(each), 0);
  const answers = (name: string) => sum((result) => result.answers[name] ?? 0);
  const recovered = results.map(({ recoveredAfter }) => recoveredAfter).toSorted((a, b) => a - b);
  for (const line of results.flatMap(({ broken }) => broken)) console.log('broken:', line);
  return {
    fault,
    refreshes: sum((result) => Object.values(result.answers).reduce((total, count) => total + count, 0)),
    rotate: answers('rotate'),
    ahead: answers('ahead'),
    '503': answers('503'),
    'no answer': answers('no answer'),
    'signed out': sum(({ signedOut }) => signedOut),
    'sign-outs': sum(({ signOuts }) => signOuts),
    undone: sum(({ undone }) => undone),
    broken: sum(({ broken }) => broken.length),
    'recovered after, median (s)': seconds(recovered[Math.floor(recovered.length / 2)]),
    'at most (s)': seconds(recovered.at(-1)),
  };
}

function seconds(milliseconds = 0): string {
  return (milliseconds / 1000).toFixed(1);
}
