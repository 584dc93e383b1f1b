/**
 * The moments at which something that happens now may be decided. Where now is exactly on a line that the rule draws, a
 * real clock may have been a moment to either side of it, and whole units cannot tell: all three are tried. Not so in turns:
 * there a change that the other party made is a whole window old by assumption, so that on the line is beyond it.
 */
import type { RefreshOutcome } from '../../../src/session/decide-refresh.ts';
import type { SessionRecord } from '../../../src/session/session-record.ts';
import { isSamePosition, millisecondsAUnit, type Setting, storeClock } from '../world/setting.ts';
import type { WorldState } from '../world/world.ts';

/** Less than any unit, in milliseconds. */
const moment = 1;

/** An outcome, and when it was decided. */
export interface TimedOutcome {
  readonly outcome: RefreshOutcome;
  /** Milliseconds of the store's clock. */
  readonly at: number;
  readonly instant: 'now' | 'just before' | 'just after';
}

/** Decides by `decide` at every moment that now may be, and gives each outcome once. */
export function decideAtAnyMoment(
  { bounds, policy }: Setting,
  state: WorldState,
  decide: (now: number) => RefreshOutcome,
): readonly TimedOutcome[] {
  const now = storeClock(state);
  const exact: TimedOutcome = { outcome: decide(now), at: now, instant: 'now' };
  if (bounds.turnGap !== null || !isOnALine(state.row, now, policy.retryWindow)) return [exact];
  const before = decideAside(now - moment, 'just before', decide);
  const after = decideAside(now + moment, 'just after', decide);
  return distinct([exact, before, after]);
}

/** Each outcome once. All are for the same row and token. */
export function distinct(timed: readonly TimedOutcome[]): readonly TimedOutcome[] {
  return timed.filter(
    ({ outcome }, index) => timed.findIndex((other) => isSameOutcome(other.outcome, outcome)) === index,
  );
}

function decideAside(
  at: number,
  instant: 'just before' | 'just after',
  decide: (now: number) => RefreshOutcome,
): TimedOutcome {
  return { outcome: roundTimes(decide(at)), at, instant };
}

function isOnALine({ changedAt, aheadUntil }: SessionRecord, now: number, window: number): boolean {
  return now === aheadUntil || (changedAt !== null && [window, 2 * window].includes(Math.abs(now - changedAt)));
}

/** What was decided a moment off is written as of now. */
function roundTimes(outcome: RefreshOutcome): RefreshOutcome {
  if (!('next' in outcome)) return outcome;
  const { changedAt, aheadUntil, revokedAt } = outcome.next;
  const times = { changedAt: toUnit(changedAt), aheadUntil: toUnit(aheadUntil), revokedAt: toUnit(revokedAt) };
  return { ...outcome, next: { ...outcome.next, ...times } };
}

function toUnit(time: number | null): number | null {
  return time === null ? null : Math.round(time / millisecondsAUnit) * millisecondsAUnit;
}

/** Two outcomes for the same row and token: what they write follows from their kind and their answer. */
function isSameOutcome(one: RefreshOutcome, other: RefreshOutcome): boolean {
  if (one.kind !== other.kind) return false;
  return !('successor' in one && 'successor' in other) || isSamePosition(one.successor, other.successor);
}
