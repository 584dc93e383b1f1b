/**
 * Ends one session. Ending it again changes nothing, and so does ending one that nobody knows.
 */
import type { SessionRecord } from '../../session/session-record.ts';
import type { Context } from '../context.ts';
import type { RevocationReason } from '../events.ts';
import { mayBeLive, revokingWrite, tellRevoked } from './revocation.ts';
import { hasStatelessSessions, liveMark, type SessionName } from './session-mark.ts';
import { isAtHome } from './standing.ts';

/** The session that is to end, and as much of the rest as is known. Without its user, only one that has a row can end. */
export interface SessionToEnd {
  readonly sid: string;
  readonly subject?: string | undefined;
  readonly clientId?: string | undefined;
}

/** Ends a session. Resolves once that is durable; no refresh under way revives it. */
export async function signOut(
  context: Context,
  { sid, subject }: SessionToEnd,
  reason: RevocationReason = 'signed_out',
): Promise<void> {
  const isNamed = subject !== undefined && hasStatelessSessions(context.settings);
  const ended = isNamed ? await endNamed(context, { sid, subject }) : await endRow(context, sid);
  if (ended) tellRevoked(context, [ended], reason);
}

/** Ends a session for the host. Throws a `TypeError` where it may be known by its tokens alone and its user is not said. */
export async function revokeSession(context: Context, { sid, subject }: SessionToEnd): Promise<void> {
  const isNameless = subject === undefined && hasStatelessSessions(context.settings);
  if (isNameless && (await context.store.findSessions([sid]))[0] === undefined) {
    throw new TypeError('subject: is needed to end a session that the store does not know');
  }
  return signOut(context, { sid, subject }, 'revoked_by_host');
}

async function endRow(context: Context, sid: string): Promise<SessionRecord | undefined> {
  const [ended] = await context.store.updateSessions<SessionRecord | undefined>([
    {
      sid,
      decide: (session, now) => {
        if (session === undefined || !mayBeLive(context, session, now)) return { result: undefined };
        return { write: revokingWrite(context, session, now), result: session };
      },
    },
  ]);
  return ended;
}

/** Ends a session that may be known by its tokens alone. */
async function endNamed(context: Context, name: SessionName): Promise<SessionRecord | undefined> {
  const key = context.subjectKey(name.subject);
  if (!isAtHome(name.sid, key)) return undefined;
  return context.store.updateSubject<SessionRecord | undefined>({
    ...key,
    decide: ({ sessions }, now) => {
      const session = sessions.find(({ sid }) => sid === name.sid) ?? liveMark(name, context.settings.policy);
      if (!mayBeLive(context, session, now)) return { result: undefined };
      const { next, revocation } = revokingWrite(context, session, now);
      return { write: { putSessions: [next], revocations: [revocation] }, result: session };
    },
  });
}

/** What a token that was presented for signing out says. */
export type PresentedForSignOut =
  | ({ readonly kind: 'session' } & SessionToEnd)
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'not_genuine' };

/** Finds the session that a genuine refresh or access token belongs to, however old the token is. */
export function sessionToSignOut({ refreshTokens, accessTokens }: Context, token: string): PresentedForSignOut {
  const refreshToken = refreshTokens.authenticate(token);
  if (refreshToken.kind === 'genuine') {
    const { sid, session } = refreshToken.token;
    return { kind: 'session', sid, subject: session?.subject, clientId: session?.clientId };
  }
  if (refreshToken.kind === 'unknown_key') return refreshToken;
  const session = accessTokens.sessionOf(token);
  return session ? { kind: 'session', ...session } : { kind: 'not_genuine' };
}
