/**
 * A session to try the rule on: a bearer session of `alice`, fresh from sign-in, that never ends by itself. Not a fixture
 * of any store.
 */
import type { SessionRecord } from '../../src/session/session-record.ts';

/** The sample session, with whatever a test wants different. */
export function sampleSession(changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    sid: 'c2FtcGxlIHNlc3Npb24gaQ',
    subject: 'alice',
    deviceId: 'device-1',
    clientId: 'app',
    scope: '',
    authenticatedAt: 0,
    acr: null,
    amr: '',
    keyThumbprint: null,
    generation: 0,
    branch: 0,
    parentBranch: null,
    grandparentBranch: null,
    changedAt: null,
    aheadUntil: null,
    remember: true,
    inactivityEndsAt: null,
    absoluteEndsAt: null,
    revokedAt: null,
    lastAddress: '',
    lastAgent: '',
    ...changes,
  };
}
