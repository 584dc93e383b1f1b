/**
 * What is due for a session at a moment, and when to look again. Pure; the one place where deadlines are weighed.
 */
import { longestSince, type Moment } from './clock.ts';
import { lifeUntil, type Session } from './session.ts';
import type { Ending } from './state.ts';

export interface NextStep {
  /** `ahead`: the access token is old enough to refresh. `over`: the session should have ended; the server will say. */
  readonly due: 'nothing' | 'ahead' | 'over';
  /** Why the session is about to end, while the user is to be asked. */
  readonly ending: Ending['reason'] | undefined;
  /** Milliseconds until something may be due; never more than an hour, so that nothing rests on one timer. */
  readonly lookAfter: number;
}

export interface Circumstances {
  readonly now: Moment;
  /** Whether the user did something since the session was refreshed last. */
  readonly wasActive: boolean;
  readonly asks: boolean;
  /** How long before the end the user is asked, in milliseconds. */
  readonly askBefore: number;
}

const shortestAsk = 20_000;
const longestLook = 3_600_000;

/** The ends are told in whole seconds: a refresh right at the end might still extend what nobody asked to extend. */
const certainlyOver = 2_000;

export function decideNext(session: Session, { now, wasActive, asks, askBefore }: Circumstances): NextStep {
  const age = longestSince(session.received, now);
  const life = lifeUntil(session, session.refreshTokenExpiresAt) ?? Number.POSITIVE_INFINITY;
  const left = life - age;
  if (left <= -certainlyOver) return { due: 'over', ending: endingOf(session, asks), lookAfter: longestLook };
  const lead = Math.max(shortestAsk, Math.min(askBefore, life / 3));
  const untilAsked = asks ? left - lead : Number.POSITIVE_INFINITY;
  if (untilAsked <= 0) return { due: 'nothing', ending: endingOf(session, asks), lookAfter: left + certainlyOver };
  const untilAhead = wasActive && gainsByRefresh(session) ? session.refreshAfter - age : Number.POSITIVE_INFINITY;
  const due = untilAhead <= 0 ? 'ahead' : 'nothing';
  const next = Math.min(untilAsked, left + certainlyOver, due === 'ahead' ? longestLook : untilAhead, longestLook);
  return { due, ending: undefined, lookAfter: next };
}

/** An access token that lasts until the absolute end is as good as any: refreshing it would only be done ever faster. */
function gainsByRefresh(session: Session): boolean {
  const untilEnd = lifeUntil(session, session.sessionEndsAt);
  return untilEnd === undefined || untilEnd - session.accessTokenLife > 1000;
}

function endingOf({ refreshTokenExpiresAt, sessionEndsAt }: Session, asks: boolean): Ending['reason'] | undefined {
  if (!asks) return undefined;
  return refreshTokenExpiresAt === sessionEndsAt ? 'absolute' : 'inactivity';
}
