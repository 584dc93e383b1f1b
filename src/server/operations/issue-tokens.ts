/**
 * The two tokens of a session at one position, with the ends that the wire tells beside them. What could be wrong with the
 * access token has been found out before, where nothing was written yet.
 */
import type { TokenPayload } from '../../protocol/wire.ts';
import type { TokenPosition } from '../../session/decide-refresh.ts';
import { sessionEnd } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Context } from '../context.ts';
import type { UnsignedAccessToken } from '../tokens/access-tokens.ts';

/** The payload, with both tokens in it. Times count from `now`, the moment of the decision. */
export type IssuedTokens = TokenPayload & { readonly refresh_token: string };

/** Makes the payload. The scope it tells is the access token's; the refresh token keeps the session's. */
export async function issueTokens(
  { accessTokens, refreshTokens }: Context,
  session: SessionRecord,
  position: TokenPosition,
  now: number,
  unsigned: UnsignedAccessToken,
): Promise<IssuedTokens> {
  const { tokenType, scope, issuedAtSeconds, expiresAtSeconds } = unsigned;
  return {
    access_token: await accessTokens.sign(unsigned),
    token_type: tokenType,
    expires_in: expiresAtSeconds - issuedAtSeconds,
    access_token_expires_at: expiresAtSeconds,
    refresh_token: refreshTokens.issue(session, position, now),
    refresh_token_expires_at: toSeconds(sessionEnd(session)),
    session_ends_at: toSeconds(session.absoluteEndsAt),
    sub: session.subject,
    device_id: session.deviceId,
    session_id: session.sid,
    ...(scope === '' ? {} : { scope }),
  };
}

/** An end as the wire tells it: whole seconds, 0 for never. */
export function toSeconds(end: number | null): number {
  return end === null ? 0 : Math.floor(end / 1000);
}
