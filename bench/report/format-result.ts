/**
 * A line's result as text for a terminal.
 */
import type { Finding, Line, LineResult } from '../line.ts';
import { formatBar, formatRuns, formatVerdict } from './format-figure.ts';

/** The findings in columns, and below them what shows that they mean what they say. */
export function formatResult({ title }: Line, { findings, evidence }: LineResult): string {
  return [`\n${title}`, ...formatColumns(findings.map(toCells)), ...evidence.map((fact) => `  · ${fact}`), ''].join(
    '\n',
  );
}

function toCells(finding: Finding): string[] {
  return [finding.what, formatRuns(finding), formatBar(finding.bar, finding.unit), formatVerdict(finding)];
}

/** Each column as wide as its widest cell. */
function formatColumns(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widthOf(column))).join('   ')}`.trimEnd());
}
