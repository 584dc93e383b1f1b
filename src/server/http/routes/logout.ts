/**
 * `POST /logout` ends a session for the holder of any genuine token of it, however old; `POST /revoke` does the same in
 * the words of RFC 7009. Both may be sent again and again.
 */
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { type SessionToEnd, sessionToSignOut, signOut } from '../../operations/sign-out.ts';
import { type Answer, empty, json } from '../answer.ts';
import { type ClientIdentity, identifyClient, invalidClient } from '../client-credentials.ts';
import type { Exchange } from '../exchange.ts';
import { invalidGrant, invalidRequest, unavailable } from '../problem.ts';
import { fields, readForm, readFormOrJson } from '../read-input.ts';
import { clearedCookie, namedSession, readRefreshCookie, requireOwnPage } from '../refresh-cookie.ts';
import { presentedAccessToken } from '../require-caller.ts';
import type { Route } from '../route.ts';

const logoutSchema = z.object({ refresh_token: fields.token.optional() });
const nothing = z.strictObject({});
const revokeSchema = z.object({
  token: fields.token,
  token_type_hint: z.string().optional(),
  client_id: fields.clientId.optional(),
  client_secret: fields.clientSecret.optional(),
});

export const logout: Route = {
  method: 'POST',
  path: '/logout',
  summary: 'Ends the session of a genuine token, however old.',
  credentials: ['none', 'access_token', 'refresh_cookie'],
  takes: { json: logoutSchema, form: logoutSchema },
  gives: { 204: null },
  errors: ['invalid_grant', 'forbidden_origin'],
  handle: handleLogout,
};

export const revoke: Route = {
  method: 'POST',
  path: '/revoke',
  summary: 'Ends the session of a token (RFC 7009).',
  credentials: ['none', 'client_secret'],
  takes: { form: revokeSchema },
  gives: { 200: nothing },
  errors: ['invalid_grant', 'invalid_client'],
  handle: handleRevoke,
};

async function handleLogout(context: Context, exchange: Exchange): Promise<Answer> {
  const { refresh_token: inBody } = await readFormOrJson(exchange, logoutSchema);
  const token = inBody ?? presentedAccessToken(exchange)?.token;
  if (token !== undefined) {
    await endSession(context, token);
    return empty();
  }
  return logoutByCookie(context, exchange);
}

async function logoutByCookie(context: Context, exchange: Exchange): Promise<Answer> {
  const sid = namedSession(exchange);
  if (sid === undefined) throw invalidRequest('refresh_token: is missing');
  requireOwnPage(context, exchange);
  const token = readRefreshCookie(context, exchange);
  const found = token === undefined ? undefined : sessionToSignOut(context, token);
  if (found?.kind === 'unknown_key') throw unavailable('unknown_key');
  // A cookie that holds no token of ours is of no use to anyone, and goes as well.
  if (found?.kind === 'session') await signOut(context, found);
  return empty([clearedCookie(context, sid)]);
}

async function endSession(context: Context, token: string): Promise<void> {
  const found = sessionToSignOut(context, token);
  if (found.kind === 'unknown_key') throw unavailable('unknown_key');
  if (found.kind === 'not_genuine') throw invalidGrant('not a token of this server');
  await signOut(context, found);
}

/** RFC 7009 section 2.2: a token that is not known is as good as revoked. */
async function handleRevoke(context: Context, exchange: Exchange): Promise<Answer> {
  const input = await readForm(exchange, revokeSchema);
  const client = identifyClient(context, exchange, input);
  const found = sessionToSignOut(context, input.token);
  if (found.kind === 'unknown_key') throw unavailable('unknown_key');
  if (found.kind === 'session') {
    await requireOwnClient(context, exchange, found, client);
    await signOut(context, found);
  }
  // The RFC leaves the body open, and there are clients that read JSON whatever they asked for.
  return json({});
}

/** RFC 7009 section 2.1: a token is revoked by the client that it was issued to. A session's client never changes. */
async function requireOwnClient(
  { store, settings: { clients } }: Context,
  exchange: Exchange,
  { sid, clientId: told }: SessionToEnd,
  { clientId, confidential }: ClientIdentity,
): Promise<void> {
  if (clientId === undefined && !clients.hasConfidential) return;
  const owner = told ?? (await store.findSessions([sid]))[0]?.clientId;
  if (owner === undefined) return;
  if (clientId !== undefined && clientId !== owner) throw invalidGrant('wrong_client');
  if (clients.isConfidential(owner) && confidential === undefined) throw invalidClient(exchange);
}
