/**
 * What is known of a session: alive, from the last answer and its receipt, or how it ended. Pure; nothing is sent or kept here.
 */
import type { TokenPayload } from '../protocol/wire.ts';
import type { Clock } from './clock.ts';

/** Why nobody is signed in any more. */
export type EndReason =
  /** Somebody signed out, here or in another tab. */
  | 'signed_out'
  /** The refresh token was past its end. */
  | 'timed_out'
  /** The server refused: the device was removed, the password changed, the token was stolen. */
  | 'ended';

/** What every answer repeats. */
export interface SessionFacts {
  readonly sessionId: string;
  readonly subject: string;
  readonly deviceId: string;
  readonly scope?: string | undefined;
  /** In seconds by the server's clock; 0: never. */
  readonly refreshTokenExpiresAt: number;
  /** The absolute end, in seconds by the server's clock; 0: never. */
  readonly sessionEndsAt: number;
}

/** A session that is alive as far as this tab knows. Never changed in place: each answer makes a new one. */
export interface Session {
  readonly facts: SessionFacts;
  readonly ended?: undefined;
  /** Absent where the session is known from an earlier page load and has not been refreshed since. */
  readonly accessToken?: string;
  /** When the answer was received, by `Clock.now`. */
  readonly receivedAt: number;
  /** `Clock.unseen` then. */
  readonly unseen: number;
  /** The server's clock when it answered, in milliseconds; unknown as long as there is no access token. */
  readonly decidedAt?: number;
  /** How long the access token lives from its receipt, in milliseconds. */
  readonly accessTokenLife: number;
  /** How long after its receipt it is time to refresh ahead, in milliseconds: between one and two thirds of its life. */
  readonly refreshAfter: number;
}

/** A session that is over. */
export interface EndedSession {
  /** After a sign-out only `sessionId` is left: nothing about the user stays behind. */
  readonly facts: Pick<SessionFacts, 'sessionId'> & Partial<SessionFacts>;
  readonly ended: EndReason;
  readonly accessToken?: undefined;
  readonly receivedAt?: number;
  readonly unseen?: number;
}

export type Known = Session | EndedSession;

/** Longer than any time. */
export const never: number = 1 / 0;

/**
 * The session that a token payload tells of, received now; `undefined` where it is none. The access token is **not** looked into: what is
 * in it is between the server and the APIs (RFC 9068 section 6).
 *
 * @param random From 0 to 1, for the moment to refresh ahead.
 */
export function readSession(payload: Partial<TokenPayload>, clock: Clock, random: number): Session | undefined {
  const {
    access_token: accessToken,
    session_id: sessionId,
    expires_in,
    access_token_expires_at,
    refresh_token_expires_at,
    session_ends_at,
    device_id,
    scope,
    sub,
  } = payload as TokenPayload;
  if (!accessToken || !sessionId || !expires_in) return undefined;
  const accessTokenLife = expires_in * 1000;
  const facts = {
    sessionId,
    // Where the server does not say whose session it is, it is of a user of its own: never mixed up with another.
    subject: sub || sessionId,
    deviceId: device_id,
    scope,
    refreshTokenExpiresAt: refresh_token_expires_at,
    sessionEndsAt: session_ends_at,
  };
  return {
    ...resumeSession(facts, clock),
    accessToken,
    decidedAt: access_token_expires_at * 1000 - accessTokenLife,
    accessTokenLife,
    // Clients spread, and nobody can keep in step with one.
    refreshAfter: (accessTokenLife * (1 + random)) / 3,
  };
}

/** A session as an earlier page load left it. */
export function resumeSession(facts: SessionFacts, clock: Clock): Session {
  return { facts, receivedAt: clock.now(), unseen: clock.unseen(), accessTokenLife: 0, refreshAfter: 0 };
}

/** Milliseconds that the access token may still be used; never negative, 0 where there is none. */
export function accessTokenRemaining(session: Session | undefined, now: number): number {
  return session ? Math.max(0, session.accessTokenLife - (now - session.receivedAt)) : 0;
}

/** Milliseconds until an end that the server told in seconds; negative when past, `never` also where it is unknown. */
export function timeUntil(session: Session, endsAt: number, now: number): number {
  return endsAt && session.decidedAt ? endsAt * 1000 - session.decidedAt - (now - session.receivedAt) : never;
}
