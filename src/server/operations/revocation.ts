/**
 * What is written and told when sessions end before their time.
 */
import { isLive } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Revocation, SessionWrite, SubjectState, UserRecord } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import type { RevocationReason } from '../events.ts';
import { hasStatelessSessions, heldRow, liveMark, startOf } from './session-mark.ts';

/** How much longer than any access token an entry is held, in milliseconds: for clocks that differ and feeds that lag. */
const margin = 120_000;

/** Until when the feed holds what is said at `now`. */
function heldUntil({ settings }: Context, now: number): number {
  return now + settings.accessTokenLifetime + margin;
}

/** The write that ends one session, and says so. */
export function revokingWrite(
  context: Context,
  session: SessionRecord,
  now: number,
): SessionWrite & { revocation: Revocation } {
  const { settings } = context;
  const held = hasStatelessSessions(settings) ? heldRow(session, now, settings.policy) : session;
  return {
    next: { ...held, revokedAt: now },
    revocation: { sid: session.sid, heldUntil: heldUntil(context, now) },
  };
}

/** The rows and the entries that end each of `sessions` that is live. */
export function revokingWrites(
  context: Context,
  sessions: readonly SessionRecord[],
  now: number,
): { readonly ended: readonly SessionRecord[]; readonly revocations: readonly Revocation[] } {
  const writes = sessions
    .filter((session) => mayBeLive(context, session, now))
    .map((session) => revokingWrite(context, session, now));
  return { ended: writes.map(({ next }) => next), revocations: writes.map(({ revocation }) => revocation) };
}

/**
 * Whether there is something to end. A row whose session is stateless by now does not know how long that one lives, and a clock that
 * leapt ahead may be set right, which must bring nothing back that was signed out meanwhile.
 */
export function mayBeLive({ settings, leaps }: Context, session: SessionRecord, now: number): boolean {
  if (hasStatelessSessions(settings)) return session.revokedAt === null;
  return isLive(session, now) || (session.revokedAt === null && leaps.hasLeapt());
}

/** What ends every session of a user but one. */
export interface MassRevocation {
  readonly ended: readonly SessionRecord[];
  /** The mark of the session that goes on, where nothing else would tell that it does. */
  readonly kept: readonly SessionRecord[];
  readonly revocations: readonly Revocation[];
  /** The user's new not-before: a session begins after it, or is one of those ended. */
  readonly notBefore: number;
}

/** Ends every session of `state` but `exceptSid`, with one entry in the feed for all of them. */
export function massRevocation(
  context: Context,
  subject: string,
  { user, sessions }: Pick<SubjectState, 'user' | 'sessions'>,
  exceptSid: string | null,
  now: number,
): MassRevocation {
  const { settings, notBefore } = context;
  const others = sessions.filter(({ sid }) => sid !== exceptSid);
  const { ended } = revokingWrites(context, others, now);
  // Sessions without a row begin after the last not-before, even where the clock has gone back since.
  const before = Math.max(now, notBefore.current(), user?.notBefore ?? 0, ...others.map(({ sid }) => startOf(sid))) + 1;
  const isUnknown = exceptSid !== null && !sessions.some(({ sid }) => sid === exceptSid);
  const kept =
    isUnknown && hasStatelessSessions(settings) ? [liveMark({ sid: exceptSid, subject }, settings.policy)] : [];
  const revocation: Revocation = { subject, before, exceptSid, heldUntil: heldUntil(context, now) };
  return { ended, kept, revocations: [revocation], notBefore: before };
}

/** The record of a user about whom nothing was known: a host's own. */
export function hostUser(subject: string, now: number): UserRecord {
  return { subject, username: null, passwordHash: null, createdAt: now, disabledAt: null, notBefore: 0 };
}

/** Tells of sessions that have ended. */
export function tellRevoked({ tell }: Context, ended: readonly SessionRecord[], reason: RevocationReason): void {
  for (const { sid, subject, deviceId } of ended) tell({ type: 'session_revoked', sid, subject, deviceId, reason });
}
