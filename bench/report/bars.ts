/**
 * Whether figures are what they have to be.
 */
import type { Finding } from '../line.ts';
import { median } from './statistics.ts';

/** Whether the finding has a bar, and the median of its runs does not reach it. */
export function isMissed({ bar, runs }: Finding): boolean {
  if (bar === undefined) return false;
  const middle = median(runs);
  return !('atLeast' in bar ? middle >= bar.atLeast : middle <= bar.atMost);
}
