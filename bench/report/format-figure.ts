/**
 * Figures in words: as many digits as say something, with their unit.
 */
import type { Bar, Finding, Unit } from '../line.ts';
import { isMissed } from './bars.ts';
import { median } from './statistics.ts';

const significant = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `0.31 ×`, `12,345 /s`. */
function formatFigure(value: number, unit: Unit): string {
  const figure = Math.abs(value) >= 100 ? whole.format(value) : significant.format(value);
  return unit === '' ? figure : `${figure} ${unit}`;
}

/** The median, with the least and the most of all runs where there are several. */
export function formatRuns({ runs, unit }: Pick<Finding, 'runs' | 'unit'>): string {
  const middle = formatFigure(median(runs), unit);
  if (runs.length === 1) return middle;
  return `${middle} (${formatFigure(Math.min(...runs), '')} to ${formatFigure(Math.max(...runs), '')})`;
}

export function formatBar(bar: Bar | undefined, unit: Unit): string {
  if (bar === undefined) return '';
  return 'atLeast' in bar ? `at least ${formatFigure(bar.atLeast, unit)}` : `at most ${formatFigure(bar.atMost, unit)}`;
}

/** How a finding stands against its bar. */
export function formatVerdict(finding: Finding): string {
  if (finding.bar === undefined) return '';
  return isMissed(finding) ? 'missed' : 'reached';
}
