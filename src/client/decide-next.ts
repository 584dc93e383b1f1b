/**
 * What is due for a session at a moment, and when to look again. Pure; the one place where deadlines are weighed.
 */
import { certainlyOver, longestLook, shortestAsk } from './limits.ts';
import type { Settings } from './options.ts';
import { never, type Session, timeUntil } from './session.ts';
import type { Ending } from './state.ts';

export interface NextStep {
  /** The access token is old enough to refresh. */
  readonly isAhead: boolean;
  /** The session should have ended; the server will say. */
  readonly isOver: boolean;
  /** Why the session is about to end, while the user is to be asked. */
  readonly ending: Ending['reason'] | undefined;
  /** Milliseconds until something may be due; never more than an hour, so that nothing rests on one timer. */
  readonly lookAfter: number;
}

/** @param now By `Clock.now`. @param wasActive Whether the user did something since the session was refreshed last. */
export function decideNext(
  session: Session,
  { renew, askSeconds }: Pick<Settings, 'renew' | 'askSeconds'>,
  now: number,
  wasActive: boolean,
): NextStep {
  const { receivedAt, facts, accessTokenLife } = session;
  const left = timeUntil(session, facts.refreshTokenExpiresAt, now);
  const lead = Math.max(shortestAsk, Math.min(askSeconds * 1000, (left + now - receivedAt) / 3));
  const untilOver = left + certainlyOver;
  const untilAsked = renew === 'ask' ? left - lead : never;
  // An access token that lasts until the absolute end is as good as any: refreshing it would only be done ever faster.
  const gains = timeUntil(session, facts.sessionEndsAt, receivedAt) - accessTokenLife > certainlyOver;
  const untilAhead = wasActive && gains && untilAsked > 0 ? receivedAt + session.refreshAfter - now : never;
  const isLast = facts.refreshTokenExpiresAt === facts.sessionEndsAt;
  return {
    isAhead: untilAhead <= 0,
    isOver: untilOver <= 0,
    // A page that wakes up after the end has nothing left to ask.
    ending: untilAsked > 0 || untilOver <= 0 ? undefined : isLast ? 'absolute' : 'inactivity',
    lookAfter: Math.min(longestLook, ...[untilOver, untilAsked, untilAhead].filter((time) => time > 0)),
  };
}
