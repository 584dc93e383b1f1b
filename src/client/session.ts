/**
 * A session as this page holds it: what the last answer said, and when it was received. Pure; nothing is sent or kept here.
 */
import type { TokenPayload } from '../protocol/wire.ts';
import type { Clock } from './clock.ts';

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

/** What is known of a session. Never changed in place: each answer makes a new one. */
export interface Session {
  readonly facts: SessionFacts;
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

/**
 * The session that a token payload tells of, received now; `undefined` where it is none. The access token's signature is **not** checked:
 * it came from the server that was asked, and is no proof of anything here.
 *
 * @param serverTime What the server's clock showed, in milliseconds, if it said.
 * @param random From 0 to 1, for the moment to refresh ahead.
 */
export function readSession(
  payload: Partial<TokenPayload>,
  clock: Clock,
  serverTime: number | undefined,
  random: number,
): Session | undefined {
  const { access_token: accessToken, session_id: sessionId, expires_in, access_token_expires_at = 0 } = payload;
  const subject = readSubject(accessToken);
  if (!accessToken || !sessionId || !expires_in || !subject) return undefined;
  const accessTokenLife = expires_in * 1000;
  return {
    ...resumeSession(
      {
        sessionId,
        subject,
        deviceId: payload.device_id ?? '',
        scope: payload.scope,
        refreshTokenExpiresAt: payload.refresh_token_expires_at ?? 0,
        sessionEndsAt: payload.session_ends_at ?? 0,
      },
      clock,
    ),
    accessToken,
    decidedAt: serverTime ?? access_token_expires_at * 1000 - accessTokenLife,
    accessTokenLife,
    // Clients spread, and nobody can keep in step with one.
    refreshAfter: (accessTokenLife * (1 + random)) / 3,
  };
}

/** A session as an earlier page load left it. */
export function resumeSession(facts: SessionFacts, clock: Clock): Session {
  return { facts, receivedAt: clock.now(), unseen: clock.unseen(), accessTokenLife: 0, refreshAfter: 0 };
}

function readSubject(accessToken = ''): string | undefined {
  try {
    const text = atob((accessToken.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return (JSON.parse(new TextDecoder().decode(bytes)) as { sub?: string }).sub;
  } catch {
    return undefined;
  }
}

/** Milliseconds that the access token may still be used; never negative, 0 where there is none. */
export function accessTokenRemaining({ accessTokenLife, receivedAt }: Session, now: number): number {
  return Math.max(0, accessTokenLife - (now - receivedAt));
}

/** Milliseconds until an end that the server told in seconds; negative when past, infinite where it is never or unknown. */
export function timeUntil({ decidedAt, receivedAt }: Session, endsAt: number, now: number): number {
  const isKnown = endsAt !== 0 && decidedAt !== undefined;
  return isKnown ? endsAt * 1000 - decidedAt - (now - receivedAt) : Number.POSITIVE_INFINITY;
}
