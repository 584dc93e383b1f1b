/**
 * When sessions and access tokens end. Ends are whole seconds, in milliseconds, so that what a token says is exactly what
 * the row says.
 */
import type { SessionRecord } from './session-record.ts';

type Ends = Pick<SessionRecord, 'inactivityEndsAt' | 'absoluteEndsAt'>;

/** The end, in whole seconds, of something that begins at `now` and lasts `duration` milliseconds; `null` for never. */
export function endAfter(now: number, duration: number | null): number | null {
  return duration === null ? null : Math.floor((now + duration) / 1000) * 1000;
}

/** The sooner of two ends, either of which may be never. */
export function soonerEnd(first: number | null, second: number | null): number | null {
  if (first === null) return second;
  return second === null ? first : Math.min(first, second);
}

/** The later of two ends, either of which may be never. */
export function laterEnd(first: number | null, second: number | null): number | null {
  return first === null || second === null ? null : Math.max(first, second);
}

/** When the session ends if nothing more happens; `null` for never. */
export function sessionEnd(session: Ends): number | null {
  return soonerEnd(session.inactivityEndsAt, session.absoluteEndsAt);
}

/** Whether a session has neither been revoked nor reached an end. */
export function isLive(session: Ends & Pick<SessionRecord, 'revokedAt'>, now: number): boolean {
  const end = sessionEnd(session);
  return session.revokedAt === null && (end === null || now < end);
}

/** When an access token issued at `now` for `lifetime` milliseconds ends: never later than its session. */
export function accessTokenEnd(session: Ends, now: number, lifetime: number): number {
  const end = Math.floor((now + lifetime) / 1000) * 1000;
  return soonerEnd(end, sessionEnd(session)) ?? end;
}
