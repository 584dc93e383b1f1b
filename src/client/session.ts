/**
 * A session as this page holds it: what the last answer said, and when it was received. Pure; nothing is sent or kept here.
 */
import type { TokenPayload } from '../protocol/wire.ts';
import { longestSince, type Moment } from './clock.ts';
import type { Answer } from './exchange.ts';

/** What is known of a session. Never changed in place: each answer makes a new one. */
export interface Session {
  readonly sessionId: string;
  readonly subject: string;
  readonly deviceId: string;
  readonly scope?: string;
  /** Absent where the session is known from an earlier page load and has not been refreshed since. */
  readonly accessToken?: string;
  /** When the answer was received. */
  readonly received: Moment;
  /** The server's clock when it answered, in milliseconds; unknown as long as there is no access token. */
  readonly decidedAt: number | undefined;
  /** How long the access token lives from its receipt, in milliseconds. */
  readonly accessTokenLife: number;
  /** How long after its receipt it is time to refresh ahead, in milliseconds. */
  readonly refreshAfter: number;
  /** In seconds by the server's clock; 0: never. */
  readonly refreshTokenExpiresAt: number;
  /** The absolute end, in seconds by the server's clock; 0: never. */
  readonly sessionEndsAt: number;
}

/** What is known about an answer beside what it says. */
export interface Reception {
  readonly received: Moment;
  /** What the server's clock showed, in milliseconds, if it said. */
  readonly serverTime: number | undefined;
  /** From 0 to 1, for the moment to refresh ahead. */
  readonly random: number;
}

/**
 * The session that an answer tells of, or `undefined` where it is not a token payload. The access token's signature is **not**
 * checked: it came from the server that was asked, and is no proof of anything here.
 */
export function readSession(answer: Answer, { received, serverTime, random }: Reception): Session | undefined {
  const payload = payloadOf(answer);
  const subject = readSubject(payload?.access_token);
  if (!payload?.session_id || !payload.access_token || !payload.expires_in || !subject) return undefined;
  const { access_token_expires_at = 0, expires_in, scope } = payload;
  const accessTokenLife = expires_in * 1000;
  return {
    sessionId: payload.session_id,
    subject,
    deviceId: payload.device_id ?? '',
    ...(scope !== undefined && { scope }),
    accessToken: payload.access_token,
    received,
    decidedAt: serverTime ?? (access_token_expires_at - expires_in) * 1000,
    accessTokenLife,
    refreshAfter: (accessTokenLife * (1 + random)) / 3,
    refreshTokenExpiresAt: payload.refresh_token_expires_at ?? 0,
    sessionEndsAt: payload.session_ends_at ?? 0,
  };
}

/** The refresh token in an answer; none where it came in a cookie. */
export function refreshTokenIn(answer: Answer): string | undefined {
  return payloadOf(answer)?.refresh_token;
}

function payloadOf(answer: Answer): Partial<TokenPayload> | undefined {
  return answer.kind === 'answer' && answer.status === 200 ? (answer.body as Partial<TokenPayload>) : undefined;
}

function readSubject(accessToken = ''): string | undefined {
  try {
    const text = atob((accessToken.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown };
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds that the access token may still be used; never negative, 0 where there is none. */
export function accessTokenRemaining({ accessToken, accessTokenLife, received }: Session, now: Moment): number {
  return accessToken === undefined ? 0 : Math.max(0, accessTokenLife - longestSince(received, now));
}

/** Milliseconds from the receipt of the answer to an end that the server told in seconds; `undefined`: never, or unknown. */
export function lifeUntil({ decidedAt }: Session, endsAt: number): number | undefined {
  return endsAt === 0 || decidedAt === undefined ? undefined : endsAt * 1000 - decidedAt;
}
