/**
 * What is counted under one key, and the two steps of an attempt there: pure, for stores that work in this language. Others
 * say the same in their engine's; the conformance suite holds them all to it.
 */
import type { AttemptAdmission, AttemptEnd, AttemptStart } from './store.ts';

/** The failures under a key, and the attempts under way. */
export interface AttemptCount {
  readonly failures: number;
  /** Until when they count. */
  readonly failuresUntil: number;
  /** Each with the moment up to which it is held. */
  readonly underWay: readonly (readonly [id: string, until: number])[];
}

const nothing: AttemptCount = { failures: 0, failuresUntil: 0, underWay: [] };

/** Gives the count with the attempt in it, if it is admitted. */
export function startAttempt(
  found: AttemptCount | undefined,
  { id, limit, heldFor }: AttemptStart,
  now: number,
): { readonly admission: AttemptAdmission; readonly next?: AttemptCount } {
  const count = without(id, found, now);
  if (count.failures >= limit) return { admission: { kind: 'refused', retryAfter: count.failuresUntil - now } };
  if (count.failures + count.underWay.length >= limit) return { admission: { kind: 'crowded' } };
  return { admission: { kind: 'admitted' }, next: { ...count, underWay: [...count.underWay, [id, now + heldFor]] } };
}

/** Gives the count without the attempt, as its outcome leaves it. */
export function endAttempt(
  found: AttemptCount | undefined,
  { id, outcome, countedFor }: AttemptEnd,
  now: number,
): AttemptCount {
  const count = without(id, found, now);
  if (outcome === 'withdrawn') return count;
  if (outcome === 'passed') return { ...nothing, underWay: count.underWay };
  const failuresUntil = count.failures === 0 ? now + countedFor : count.failuresUntil;
  return { ...count, failures: count.failures + 1, failuresUntil };
}

/** From when on a count says nothing any more; 0 where it says nothing now. */
export function countEnd({ failuresUntil, underWay }: AttemptCount): number {
  return Math.max(failuresUntil, 0, ...underWay.map(([, until]) => until));
}

/** What there is without what is over, and without an attempt that begins or ends, or does so once more. */
function without(id: string, found: AttemptCount = nothing, now: number): AttemptCount {
  const underWay = found.underWay.filter(([other, until]) => other !== id && until > now);
  return found.failuresUntil > now ? { ...found, underWay } : { ...nothing, underWay };
}
