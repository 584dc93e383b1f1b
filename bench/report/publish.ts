/**
 * Brings what is published of the benchmark up to date with the files in `results/`: the charts beside them, and the numbers
 * in the README.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withNumbers } from './numbers-table.ts';
import { readResultFiles } from './result-file.ts';

const readme = new URL('../../README.md', import.meta.url);
const drawCharts = fileURLToPath(new URL('../peers/draw-charts.ts', import.meta.url));

/** `order`: the names of the lines as the table has them. */
export function publish(order: readonly string[]): void {
  const results = readResultFiles().toSorted((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
  writeFileSync(readme, withNumbers(readFileSync(readme, 'utf8'), results));
  execFileSync(process.execPath, [drawCharts], { stdio: ['ignore', 'inherit', 'inherit'] });
}
