/**
 * What several runs come to.
 */

/** The middle one, or the mean of the two in the middle. Throws a `RangeError` where there is none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('nothing has no median');
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** `one` over `other`, run by run. Throws a `RangeError` where they are not of the same runs. */
export function ratios(one: readonly number[], other: readonly number[]): number[] {
  if (one.length !== other.length) throw new RangeError('a ratio is of two figures of the same run');
  return one.map((value, run) => value / (other[run] ?? Number.NaN));
}

/** The smallest value that this share of all does not exceed. Throws a `RangeError` where there is none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('nothing has no quantile');
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? Number.NaN;
}
