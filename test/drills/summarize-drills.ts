/**
 * Many drills of one fault as a table of figures, and what the tables say as a whole.
 */
import type { DrillResult } from './run-drill.ts';

/** What one figure came to over all rounds. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly 'in all': number;
}

export type DrillTable = Readonly<Record<string, Figure>>;

type Row = readonly [name: string, read: (result: DrillResult) => number];

/** What must be 0 in every round. */
const failures: readonly string[] = ['signed out', 'undone', 'broken'];

/** One row a figure. Answers that never came have no row, but for those that a fault is expected to bring. */
export function summarizeDrills(results: readonly DrillResult[]): DrillTable {
  const expected = ['rotate', 'retry', 'rebranch', 'ahead', '503', 'no answer'];
  const answers = new Set([...expected, ...results.flatMap((result) => Object.keys(result.answers))]);
  const rows: Row[] = [
    ['refreshes', (result) => Object.values(result.answers).reduce((total, count) => total + count, 0)],
    ...[...answers].map((name): Row => [/^\d/.test(name) ? `status ${name}` : name, countOf(name)]),
    ['recovered after (s)', ({ recoveredAfter }) => recoveredAfter / 1000],
    ['sign-outs', ({ signOuts }) => signOuts],
    ['undone', ({ undone }) => undone],
    ['signed out', ({ signedOut }) => signedOut],
    ['broken', ({ broken }) => broken.length],
  ];
  return Object.fromEntries(rows.map(([name, read]) => [name, toFigure(results.map(read))]));
}

function countOf(answer: string): (result: DrillResult) => number {
  return ({ answers }) => answers[answer] ?? 0;
}

/** Whether nobody was signed out, nothing came undone and no property was broken, in any round. */
export function isHarmless(table: DrillTable): boolean {
  return failures.every((name) => table[name]?.most === 0);
}

function toFigure(values: readonly number[]): Figure {
  const inOrder = values.toSorted((a, b) => a - b);
  const at = (index: number) => round(inOrder[index] ?? 0);
  return {
    median: at(Math.floor(values.length / 2)),
    least: at(0),
    most: at(values.length - 1),
    'in all': round(values.reduce((total, value) => total + value, 0)),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
