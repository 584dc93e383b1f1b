/**
 * What a store has to remember of sessions that are known by their tokens alone. A *mark* is a session's row without a
 * device: revoked, it says that the session has ended; live, that the session outlives its user's not-before.
 */
import { parseSessionStart } from '../../protocol/session-id.ts';
import { atSignIn } from '../../session/at-sign-in.ts';
import { endAfter, soonerEnd } from '../../session/expiry.ts';
import type { SessionPolicy } from '../../session/session-policy.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Settings } from '../options.ts';

/** Names a session that may have no row. */
export interface SessionName {
  readonly sid: string;
  readonly subject: string;
}

/** Where tokens never end, what was revoked is never forgotten: the year 9999, in milliseconds. */
const never = 253_402_300_799_000;

/** Whether a session may be known by its tokens alone, or may have been until a moment ago. */
export function hasStatelessSessions({ accepts }: Pick<Settings, 'accepts'>): boolean {
  return accepts.has('stateless');
}

/** A live mark. It is held until the session's absolute end, since its tokens may be refreshed until then. */
export function liveMark({ sid, subject }: SessionName, { absoluteLifetime }: SessionPolicy): SessionRecord {
  const startedAt = startOf(sid);
  return {
    sid,
    subject,
    deviceId: '',
    clientId: '',
    scope: '',
    authenticatedAt: startedAt,
    acr: null,
    amr: '',
    keyThumbprint: null,
    ...atSignIn,
    remember: true,
    inactivityEndsAt: null,
    absoluteEndsAt: endAfter(startedAt, absoluteLifetime),
    lastAddress: '',
    lastAgent: '',
  };
}

/** Whether a row knows of its session no more than whether it has been revoked. */
export function isMark({ deviceId }: SessionRecord): boolean {
  return deviceId === '';
}

/** A revoked row, held until the last stateless token of its session could have expired: another server may just issue one. */
export function heldRow(session: SessionRecord, now: number, policy: SessionPolicy): SessionRecord {
  const { inactivityTimeout, absoluteLifetime } = policy;
  const lastEnd =
    soonerEnd(endAfter(now, inactivityTimeout), endAfter(startOf(session.sid), absoluteLifetime)) ?? never;
  return { ...session, inactivityEndsAt: Math.max(session.inactivityEndsAt ?? lastEnd, lastEnd) };
}

/** When a session began, in milliseconds. */
export function startOf(sid: string): number {
  return parseSessionStart(sid) ?? 0;
}
