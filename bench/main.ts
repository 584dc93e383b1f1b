/**
 * `npm run bench [-- [--short] [NAME…]]`: measures the lines that are named, or all, says how they stand against their bars,
 * and brings `results/`, the charts and the README's numbers up to date; the short form only says it. Ends with 1 where a
 * bar is missed.
 */
import { parseArgs } from 'node:util';
import type { Extent } from './line.ts';
import { lines } from './lines.ts';
import { isMissed } from './report/bars.ts';
import { formatResult } from './report/format-result.ts';
import { createProgress } from './report/progress.ts';
import { publish } from './report/publish.ts';
import { writeResultFile } from './report/result-file.ts';

const extents = {
  long: { short: false, runs: 3, seconds: 8 },
  short: { short: true, runs: 2, seconds: 2 },
} as const satisfies Record<string, Extent>;

const { values, positionals } = parseArgs({ options: { short: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.find((name) => !Object.hasOwn(lines, name));
if (unknown !== undefined) {
  console.error(`There is no line ${unknown}. There are: ${Object.keys(lines).join(', ')}.`);
  process.exit(2);
}
const extent = values.short ? extents.short : extents.long;
const isNamed = positionals.length > 0;
const asked = Object.entries(lines).filter(([name]) => !isNamed || positionals.includes(name));
const loaded = await Promise.all(asked.map(async ([, load]) => (await load()).line));
const chosen = loaded.filter(({ takesMinutes, hasNoBar }) => isNamed || !(extent.short && (takesMinutes || hasNoBar)));

let missed = 0;
for (const [index, line] of chosen.entries()) {
  const progress = createProgress(`[${index + 1}/${chosen.length}] ${line.name}`);
  const result = await line.measure(extent, progress.say);
  progress.end();
  console.log(formatResult(line, result));
  if (!extent.short) writeResultFile(line, result);
  missed += result.findings.filter(isMissed).length;
}
if (!extent.short) publish(Object.keys(lines));
if (missed > 0) console.log(`${missed === 1 ? 'One bar is' : `${missed} bars are`} missed.`);
process.exitCode = missed > 0 ? 1 : 0;
