/**
 * Who is asking, for the server's own endpoints: a genuine access token in time, of a session that stands.
 */
import { isRecent } from '../../protocol/is-recent.ts';
import type { DeviceRecord } from '../../session/device-record.ts';
import { isLive } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { SubjectState } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import type { SessionName } from './session-mark.ts';
import { isStanding } from './standing.ts';

/** A user with a session that stands, and everything that was held of them at the time. */
export interface Caller extends SessionName {
  readonly clientId: string;
  readonly scope: string | undefined;
  /** In seconds. */
  readonly authenticatedAt: number;
  /** The session and its device as the store has them; absent where all there is to know is in the tokens. */
  readonly stored: { readonly session: SessionRecord; readonly device: DeviceRecord } | undefined;
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
  if (!isStanding(context, state, claims.sid, now)) return undefined;
  return {
    sid: claims.sid,
    subject: claims.sub,
    clientId: claims.client_id,
    scope: claims.scope,
    authenticatedAt: claims.auth_time,
    stored: storedSession(context, state, claims.sid, now),
    state,
    keyThumbprint: claims.cnf?.jkt,
    isRecent: isRecent(claims.auth_time, recentSeconds, now),
  };
}

/** A row that its session has outgrown, as a stateless one, says nothing of it any more. */
function storedSession(
  { settings }: Context,
  { sessions, devices }: SubjectState,
  sid: string,
  now: number,
): Caller['stored'] {
  const session = sessions.find((found) => found.sid === sid);
  const device = devices.find(({ id }) => id === session?.deviceId);
  const isKnown = session && device && settings.mode === 'stored' && isLive(session, now);
  return isKnown ? { session, device } : undefined;
}
