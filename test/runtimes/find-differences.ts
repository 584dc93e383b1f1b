/**
 * Where two runtimes come to different verdicts, in words. A runtime that has left a case out differs there.
 */
import type { TokenCase } from './token-case.ts';

export function findDifferences(
  cases: readonly TokenCase[],
  expected: readonly string[],
  found: readonly string[],
): readonly string[] {
  return cases.flatMap(({ token }, index) =>
    expected[index] === found[index] ? [] : [`${found[index]}, not ${expected[index]}: ${token.slice(0, 500)}`],
  );
}
