/**
 * What is left of a session, for countdowns.
 */
import { accessTokenRemaining, type Session, timeUntil } from './session.ts';

/** What is left, in milliseconds, never negative. No decision is to be built on it. */
export interface RemainingTimes {
  readonly accessTokenRemainingMs: number;
  /** `undefined`: never ends, or not known yet. */
  readonly refreshTokenRemainingMs: number | undefined;
  readonly sessionRemainingMs: number | undefined;
}

/** @param now By `Clock.now`. */
export function remainingTimes(session: Session | undefined, now: number): RemainingTimes {
  const until = (endsAt: number | undefined): number | undefined =>
    session?.decidedAt && endsAt ? Math.max(0, timeUntil(session, endsAt, now)) : undefined;
  return {
    accessTokenRemainingMs: accessTokenRemaining(session, now),
    refreshTokenRemainingMs: until(session?.facts.refreshTokenExpiresAt),
    sessionRemainingMs: until(session?.facts.sessionEndsAt),
  };
}
