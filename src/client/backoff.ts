/**
 * How long to leave the server alone after a failure. Pure.
 */

const shortest = 500;
const longest = 60_000;

/**
 * Milliseconds to wait after the failure number `attempt`, from 0: doubling, with half of it left to chance so that clients spread,
 * and never sooner than the server asked for.
 */
export function backoff(attempt: number, retryAfter: number, random: number): number {
  return retryAfter + (Math.min(longest, shortest * 2 ** attempt) * (1 + random)) / 2;
}
