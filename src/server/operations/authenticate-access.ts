/**
 * Who is asking, for the server's own endpoints: a genuine access token in time, of a session that is live in the store.
 */
import type { DeviceRecord } from '../../session/device-record.ts';
import { isLive } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { SubjectState } from '../../stores/store.ts';
import type { Context } from '../context.ts';

/** A user with a live session, and everything that was held of them at the time. */
export interface Caller {
  readonly session: SessionRecord;
  readonly device: DeviceRecord;
  readonly state: SubjectState;
  /** The key that the access token is bound to; whether the sender holds it is **not** checked here. */
  readonly keyThumbprint: string | undefined;
  /** Whether the sign-in is recent enough for what should not be done with a token alone (RFC 9470). */
  readonly isRecent: boolean;
}

/** How recent a sign-in has to be, in seconds. */
export const recentSeconds = 600;

/** The caller behind an access token, or `undefined` where the token is not good here. */
export async function authenticateAccess(context: Context, accessToken: string): Promise<Caller | undefined> {
  const now = context.clock.now();
  const claims = context.accessTokens.authenticate(accessToken, now);
  if (claims === undefined) return undefined;
  const state = await context.store.findSubject(context.subjectKey(claims.sub));
  const session = state.sessions.find(({ sid }) => sid === claims.sid);
  const device = state.devices.find(({ id }) => id === session?.deviceId);
  if (session === undefined || device === undefined || !isLive(session, now)) return undefined;
  return {
    session,
    device,
    state,
    keyThumbprint: claims.cnf?.jkt,
    isRecent: now < session.authenticatedAt + recentSeconds * 1000,
  };
}
