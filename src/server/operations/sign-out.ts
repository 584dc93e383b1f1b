/**
 * Ends one session. Ending it again changes nothing, and so does ending one that nobody knows.
 */
import { isLive } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Context } from '../context.ts';
import type { RevocationReason } from '../events.ts';
import { revokingWrite, tellRevoked } from './revocation.ts';

/** Ends the session with this id. Resolves once that is durable; no refresh under way revives it. */
export async function signOut(context: Context, sid: string, reason: RevocationReason = 'signed_out'): Promise<void> {
  const [ended] = await context.store.updateSessions<SessionRecord | undefined>([
    {
      sid,
      decide: (session, now) => {
        if (session === undefined || !isLive(session, now)) return { result: undefined };
        return { write: revokingWrite(context, session, now), result: session };
      },
    },
  ]);
  if (ended) tellRevoked(context, [ended], reason);
}

/** What a token that was presented for signing out says. */
export type PresentedForSignOut =
  | { readonly kind: 'session'; readonly sid: string }
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'not_genuine' };

/** Finds the session that a genuine refresh or access token belongs to, however old the token is. */
export function sessionToSignOut({ refreshTokens, accessTokens }: Context, token: string): PresentedForSignOut {
  const refreshToken = refreshTokens.authenticate(token);
  if (refreshToken.kind === 'genuine') return { kind: 'session', sid: refreshToken.token.sid };
  if (refreshToken.kind === 'unknown_key') return refreshToken;
  const session = accessTokens.sessionOf(token);
  return session ? { kind: 'session', sid: session.sid } : { kind: 'not_genuine' };
}
