/**
 * Says of a token whether it is good at this moment (RFC 7662), to a confidential client that it concerns. Unlike a local
 * check this asks the store, so it honours whatever has ended a session.
 */
import type { IntrospectionResponse } from '../../protocol/wire.ts';
import { decideRefresh } from '../../session/decide-refresh.ts';
import { isLive, sessionEnd } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { UserRecord } from '../../stores/store.ts';
import type { ConfidentialClient } from '../clients.ts';
import type { Context } from '../context.ts';
import type { GenuineToken } from '../tokens/refresh-tokens.ts';

export type IntrospectResult =
  | { readonly kind: 'answered'; readonly response: IntrospectionResponse }
  /** Whether the token is genuine cannot be said yet: its root secret has not arrived here. */
  | { readonly kind: 'unknown_key' };

const inactive: IntrospectionResponse = { active: false };

/** Introspects an access or a refresh token: what it is shows in the token, so a hint has nothing to add. */
export async function introspect(
  context: Context,
  token: string,
  client: ConfidentialClient,
): Promise<IntrospectResult> {
  const refreshToken = context.refreshTokens.authenticate(token);
  if (refreshToken.kind === 'unknown_key') return refreshToken;
  const response =
    refreshToken.kind === 'genuine'
      ? await introspectRefreshToken(context, refreshToken.token, client)
      : await introspectAccessToken(context, token, client);
  return { kind: 'answered', response };
}

async function introspectAccessToken(
  context: Context,
  token: string,
  { audience }: ConfidentialClient,
): Promise<IntrospectionResponse> {
  const now = context.clock.now();
  const claims = context.accessTokens.authenticate(token, now);
  if (claims === undefined || !isAddressed(claims.aud, audience)) return inactive;
  const { user, sessions } = await context.store.findSubject(context.subjectKey(claims.sub));
  const session = sessions.find(({ sid }) => sid === claims.sid);
  if (session === undefined || !isLive(session, now) || isDisabled(user)) return inactive;
  const tokenType = claims.cnf === undefined ? 'Bearer' : 'DPoP';
  return { ...claims, active: true, token_type: tokenType, ...nameOf(user) };
}

function isAddressed(aud: string | readonly string[], audience: ConfidentialClient['audience']): boolean {
  return audience === undefined || [aud].flat().some((name) => [audience].flat().includes(name));
}

async function introspectRefreshToken(
  context: Context,
  token: GenuineToken,
  { clientId, audience }: ConfidentialClient,
): Promise<IntrospectionResponse> {
  const [session] = await context.store.findSessions([token.sid]);
  const isConcerned = audience === undefined || session?.clientId === clientId;
  if (session === undefined || !isConcerned || !isAccepted(context, session, token)) return inactive;
  const { user } = await context.store.findSubject(context.subjectKey(session.subject));
  return isDisabled(user) ? inactive : { ...describeSession(context, session), ...nameOf(user) };
}

/** Whether the rule would grant a refresh to whoever else is right for it. Asking writes nothing. */
function isAccepted({ settings, clock }: Context, session: SessionRecord, token: GenuineToken): boolean {
  const presented = { ...token, keyThumbprint: session.keyThumbprint ?? undefined };
  return 'successor' in decideRefresh(session, presented, clock.now(), settings.policy);
}

function describeSession({ settings }: Context, session: SessionRecord): IntrospectionResponse {
  const end = sessionEnd(session);
  return {
    active: true,
    iss: settings.issuerText,
    sub: session.subject,
    client_id: session.clientId,
    sid: session.sid,
    auth_time: Math.floor(session.authenticatedAt / 1000),
    ...(end === null ? {} : { exp: end / 1000 }),
    ...(session.scope === '' ? {} : { scope: session.scope }),
    ...(session.keyThumbprint === null ? {} : { cnf: { jkt: session.keyThumbprint } }),
  };
}

/** Disabling a user ends their sessions in the same act; that no row was missed is not left to that alone. */
function isDisabled(user: UserRecord | undefined): boolean {
  return user !== undefined && user.disabledAt !== null;
}

function nameOf(user: UserRecord | undefined): { readonly username?: string } {
  return user === undefined || user.username === null ? {} : { username: user.username };
}
