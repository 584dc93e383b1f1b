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
  /**
   * Milliseconds until something may be due, where nothing is yet; never more than an hour, so that nothing rests on one timer.
   */
  readonly lookAfter: number;
}

/** @param now By `Clock.now`. @param wasActive Whether the user did something since the session was refreshed last. */
export function decideNext(
  session: Session,
  settings: Pick<Settings, 'renew' | 'askSeconds'>,
  now: number,
  wasActive: boolean,
): NextStep {
  const age = now - session.receivedAt;
  const left = timeUntil(session, session.facts.refreshTokenExpiresAt, now);
  const lead = Math.max(shortestAsk, Math.min(settings.askSeconds * 1000, (left + age) / 3));
  const untilOver = left + certainlyOver;
  const untilAsked = settings.renew === 'ask' ? left - lead : never;
  // An access token that lasts until the absolute end is as good as any: refreshing it would only be done ever faster.
  const gains =
    timeUntil(session, session.facts.sessionEndsAt, session.receivedAt) - session.accessTokenLife > certainlyOver;
  const untilAhead = wasActive && gains && untilAsked > 0 ? session.refreshAfter - age : never;
  const isLast = session.facts.refreshTokenExpiresAt === session.facts.sessionEndsAt;
  return {
    isAhead: untilAhead <= 0,
    isOver: untilOver <= 0,
    // A page that wakes up after the end has nothing left to ask.
    ending: untilAsked <= 0 && untilOver > 0 ? (isLast ? 'absolute' : 'inactivity') : undefined,
    lookAfter: Math.min(longestLook, untilOver, untilAhead, untilAsked > 0 ? untilAsked : never),
  };
}
