/**
 * Says of a token whether it is good at this moment (RFC 7662), to a confidential client that it concerns. Unlike a local
 * check this asks the store, so it honours whatever has ended a session.
 */
import type { IntrospectionResponse } from '../../protocol/wire.ts';
import { decideRefresh } from '../../session/decide-refresh.ts';
import { sessionEnd } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { SubjectState, UserRecord } from '../../stores/store.ts';
import type { ConfidentialClient } from '../clients.ts';
import type { Context } from '../context.ts';
import type { GenuineToken } from '../tokens/genuine-token.ts';
import { currentSession } from './refresh-on-subject.ts';
import { presentedToken } from './refresh-update.ts';
import { isStanding } from './standing.ts';

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
  const state = await context.store.findSubject(context.subjectKey(claims.sub));
  if (!isStanding(context, state, claims.sid, now)) return inactive;
  const tokenType = claims.cnf === undefined ? 'Bearer' : 'DPoP';
  return { ...claims, active: true, token_type: tokenType, ...nameOf(state.user) };
}

function isAddressed(aud: string | readonly string[], audience: ConfidentialClient['audience']): boolean {
  return audience === undefined || [aud].flat().some((name) => [audience].flat().includes(name));
}

async function introspectRefreshToken(
  context: Context,
  token: GenuineToken,
  { clientId, audience }: ConfidentialClient,
): Promise<IntrospectionResponse> {
  const named = token.session ?? (await context.store.findSessions([token.sid]))[0];
  const isConcerned = audience === undefined || named?.clientId === clientId;
  if (named === undefined || !isConcerned) return inactive;
  const state = await context.store.findSubject(context.subjectKey(named.subject));
  const row = state.sessions.find(({ sid }) => sid === token.sid);
  const session = currentSession(row, token.session);
  if (session === undefined || !isAccepted(context, state, session, token)) return inactive;
  return { ...describeSession(context, session), ...nameOf(state.user) };
}

/** Whether the rule would grant a refresh to whoever else is right for it. Asking writes nothing. */
function isAccepted(context: Context, state: SubjectState, session: SessionRecord, token: GenuineToken): boolean {
  const { settings, clock } = context;
  const now = clock.now();
  const presented = presentedToken(context, { token, keyThumbprint: session.keyThumbprint ?? undefined });
  return (
    isStanding(context, state, session.sid, now) &&
    'successor' in decideRefresh(session, presented, now, settings.policy)
  );
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

function nameOf(user: UserRecord | undefined): { readonly username?: string } {
  return user === undefined || user.username === null ? {} : { username: user.username };
}
