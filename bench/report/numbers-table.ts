/**
 * The numbers in the README: every figure that has a bar, with its spread, between two marks.
 */
import type { Finding } from '../line.ts';
import { isMissed } from './bars.ts';
import { formatBar, formatRuns } from './format-figure.ts';
import type { ResultFile } from './result-file.ts';

const begin = '<!-- numbers: written by npm run bench -->';
const end = '<!-- end of numbers -->';

/** The README with the numbers of these results in it. Throws where it has no place for them. */
export function withNumbers(readme: string, results: readonly ResultFile[]): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the README has no "${begin}" before an "${end}"`);
  return `${readme.slice(0, from)}${begin}\n${numbersTable(results)}\n${readme.slice(to)}`;
}

function numbersTable(results: readonly ResultFile[]): string {
  if (results.length === 0) return '';
  const rows = results.flatMap(({ title, findings }) =>
    findings.filter(({ bar }) => bar !== undefined).map((finding) => toRow(title, finding)),
  );
  return ['| | measured | bar |', '|---|---|---|', ...rows, '', sayWhere(results)].join('\n');
}

function toRow(title: string, finding: Finding): string {
  const mark = isMissed(finding) ? ' **missed**' : '';
  return `| ${title}: ${finding.what} | ${formatRuns(finding)} | ${formatBar(finding.bar, finding.unit)}${mark} |`;
}

function sayWhere(results: readonly ResultFile[]): string {
  const places = new Set(results.map(({ machine, measuredAt }) => `${machine}, ${measuredAt}`));
  return `Medians (least to most) of the runs on ${[...places].join('; ')}.`;
}
