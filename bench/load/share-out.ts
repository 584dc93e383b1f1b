/**
 * Deals sessions out, so that each measurement has some that no other has refreshed.
 */

/** `count` shares of the same size. What does not divide is left over. */
export function shareOut(values: readonly string[], count: number): string[][] {
  const size = Math.floor(values.length / count);
  return Array.from({ length: count }, (_, index) => values.slice(index * size, (index + 1) * size));
}
