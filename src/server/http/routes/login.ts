/**
 * `POST /login`: a name and a password for a session on this device.
 */
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { defaultClientId } from '../../operations/session-request.ts';
import { type SignInResult, signIn } from '../../operations/sign-in.ts';
import type { Answer } from '../answer.ts';
import { type ClientIdentity, identifyClient, invalidClient } from '../client-credentials.ts';
import type { Exchange } from '../exchange.ts';
import { proofProblem, readProof } from '../key-proof.ts';
import { tokenPayload } from '../openapi/answers.ts';
import { Problem, tooManyAttempts, unavailable } from '../problem.ts';
import { fields, readJson } from '../read-input.ts';
import { allRefreshCookies, clearedCookiesBut, requireOwnPage } from '../refresh-cookie.ts';
import type { Route } from '../route.ts';
import { tokenAnswer } from '../token-answer.ts';
import { waitingOf } from '../waiting.ts';

const schema = z.object({
  username: fields.username,
  password: fields.password,
  device_name: fields.deviceName.optional(),
  refresh_token: fields.token.optional(),
  client_id: fields.clientId.optional(),
  client_secret: fields.clientSecret.optional(),
  scope: fields.scope.optional(),
  remember: z.boolean('must be true or false').optional(),
  token_delivery: z.enum(['body', 'cookie'], 'must be body or cookie').optional(),
});

export const login: Route = {
  method: 'POST',
  path: '/login',
  summary: 'Signs a user in on this device.',
  credentials: ['none', 'client_secret', 'refresh_cookie'],
  takes: { json: schema },
  gives: { 200: tokenPayload },
  errors: [
    'invalid_credentials',
    'invalid_client',
    'unauthorized_client',
    'invalid_scope',
    'invalid_dpop_proof',
    'use_dpop_nonce',
    'forbidden_origin',
    'device_limit_reached',
    'too_many_attempts',
  ],
  handle,
};

async function handle(context: Context, exchange: Exchange): Promise<Answer> {
  const input = await readJson(exchange, schema);
  const inCookie = input.token_delivery === 'cookie';
  if (inCookie) requireOwnPage(context, exchange);
  const client = identifyClient(context, exchange, input);
  requireProvenClient(context, exchange, client);
  const received = readProof(context, exchange);
  const cookies = inCookie ? allRefreshCookies(context, exchange) : [];
  const result = await signIn(context, {
    username: input.username,
    password: input.password,
    clientId: client.clientId,
    proof: received.proof,
    scope: input.scope,
    remember: input.remember,
    deviceName: input.device_name,
    refreshTokens: input.refresh_token === undefined ? cookies : [input.refresh_token, ...cookies],
    from: exchange.get('from'),
    ...waitingOf(exchange),
  });
  if (result.kind !== 'created') throw refusal(context, result);
  const delivery = inCookie ? 'cookie' : 'body';
  const answer = tokenAnswer(context, { ...result, delivery, received });
  // The sessions behind the cookies that came along have ended, so these have no use any more.
  const cleared = inCookie ? clearedCookiesBut(context, exchange, result.tokens.session_id) : [];
  return { ...answer, cookies: [...(answer.cookies ?? []), ...cleared] };
}

/** Else anybody could have access tokens in the name of a client that keeps a secret. */
function requireProvenClient(
  { settings }: Context,
  exchange: Exchange,
  { clientId = defaultClientId, confidential }: ClientIdentity,
): void {
  if (settings.clients.isConfidential(clientId) && confidential === undefined) throw invalidClient(exchange);
}

function refusal(context: Context, result: Exclude<SignInResult, { kind: 'created' }>): Problem {
  if (result.kind === 'throttled') return tooManyAttempts(result.retryAfterSeconds);
  if (result.kind === 'unavailable') return unavailable(result.reason);
  if (result.kind === 'proof_replayed') return proofProblem(context, 'replayed');
  if (result.kind === 'proof_missing') return proofProblem(context, 'missing_proof');
  if (result.kind === 'unauthorized_client') {
    return new Problem(result.kind, { description: 'The client is not one of those configured.' });
  }
  if (result.kind === 'invalid_scope') {
    return new Problem(result.kind, { description: 'The scope has a value that is not offered.' });
  }
  if (result.kind === 'device_limit') {
    return new Problem('device_limit_reached', {
      description: 'Too many devices are signed in. Sign out on another first.',
    });
  }
  return new Problem('invalid_credentials', { description: 'The user name or the password is wrong.' });
}
