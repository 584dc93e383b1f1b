/**
 * `POST /login`: a name and a password for a session on this device.
 */
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { type SignInResult, signIn } from '../../operations/sign-in.ts';
import type { Exchange } from '../exchange.ts';
import { Problem, tooManyAttempts } from '../problem.ts';
import { fields, readJson } from '../read-input.ts';
import { allRefreshCookies, clearedCookie, namedSession, requireOwnPage } from '../refresh-cookie.ts';
import { tokenResponse } from '../token-response.ts';

const schema = z.object({
  username: fields.username,
  password: fields.password,
  device_name: fields.deviceName.optional(),
  refresh_token: fields.token.optional(),
  client_id: fields.clientId.optional(),
  scope: fields.scope.optional(),
  remember: z.boolean('must be true or false').optional(),
  token_delivery: z.enum(['body', 'cookie'], 'must be body or cookie').optional(),
});

export async function login(context: Context, exchange: Exchange): Promise<Response> {
  const input = await readJson(exchange, schema);
  const inCookie = input.token_delivery === 'cookie';
  if (inCookie) requireOwnPage(context, exchange);
  requireKnownClient(context, input.client_id);
  requireKnownScope(context, input.scope);
  const cookies = inCookie ? allRefreshCookies(context, exchange) : [];
  const result = await signIn(context, {
    username: input.username,
    password: input.password,
    clientId: input.client_id,
    scope: input.scope,
    remember: input.remember,
    deviceName: input.device_name,
    refreshTokens: input.refresh_token === undefined ? cookies : [input.refresh_token, ...cookies],
    from: exchange.get('from'),
  });
  if (result.kind !== 'created') throw refusal(result);
  const delivery = inCookie ? 'cookie' : 'body';
  const response = tokenResponse(context, { ...result, delivery });
  for (const sid of inCookie ? staleSessions(exchange, result) : []) {
    response.headers.append('Set-Cookie', clearedCookie(context, sid));
  }
  return response;
}

function requireKnownClient({ settings }: Context, clientId = 'app'): void {
  if (settings.clients && !settings.clients.has(clientId)) {
    throw new Problem('unauthorized_client', { description: 'The client is not one of those configured.' });
  }
}

function requireKnownScope({ settings: { scopes } }: Context, scope: string | undefined): void {
  if (scopes && scope?.split(' ').some((value) => !scopes.has(value))) {
    throw new Problem('invalid_scope', { description: 'The scope has a value that is not offered.' });
  }
}

function refusal(result: Exclude<SignInResult, { kind: 'created' }>): Problem {
  if (result.kind === 'throttled') return tooManyAttempts(result.retryAfterSeconds);
  if (result.kind === 'device_limit') {
    return new Problem('device_limit_reached', {
      description: 'Too many devices are signed in. Sign out on another first.',
    });
  }
  return new Problem('invalid_credentials', { description: 'The user name or the password is wrong.' });
}

/** The sessions whose cookies have no use any more: the one that was named, and those this sign-in replaced. */
function staleSessions(exchange: Exchange, { replacedSids, tokens }: SignInResult & { kind: 'created' }): Set<string> {
  const sids = new Set(replacedSids).add(namedSession(exchange) ?? tokens.session_id);
  sids.delete(tokens.session_id);
  return sids;
}
