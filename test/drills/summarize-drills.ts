/**
 * Many drills of one fault as a row of a table, and what a table says as a whole.
 */
import type { DrillResult } from './run-drill.ts';

export type DrillRow = Readonly<Record<string, string | number>>;

/** Prints the table, and makes this process fail where somebody was signed out or something came undone. */
export function printDrills(rows: readonly DrillRow[]): void {
  process.stdout.write('\n');
  console.table(rows);
  const failures = ['signed out', 'undone', 'broken'] as const;
  process.exitCode = rows.every((row) => failures.every((name) => row[name] === 0)) ? 0 : 1;
}

export function summarizeDrills(fault: string, results: readonly DrillResult[]): DrillRow {
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
