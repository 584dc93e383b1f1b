/**
 * `POST /token`: a refresh token for an access token and a new refresh token (RFC 6749 section 6). There is no other grant.
 */
import { z } from 'zod';
import { refreshHeader } from '../../../protocol/headers.ts';
import type { Context } from '../../context.ts';
import { type RefreshResult, refresh } from '../../operations/refresh.ts';
import type { Answer } from '../answer.ts';
import { identifyClient, invalidClient } from '../client-credentials.ts';
import type { Exchange } from '../exchange.ts';
import { proofProblem, readProof } from '../key-proof.ts';
import { tokenPayload } from '../openapi/answers.ts';
import { grantRefused, invalidGrant, invalidRequest, Problem, tooManyAttempts, unavailable } from '../problem.ts';
import { fields, readForm, text } from '../read-input.ts';
import { namedSession, readRefreshCookie, requireOwnPage } from '../refresh-cookie.ts';
import type { Route } from '../route.ts';
import { tokenAnswer } from '../token-answer.ts';
import { waitingOf } from '../waiting.ts';

const schema = z.object({
  grant_type: text,
  refresh_token: fields.token.optional(),
  client_id: fields.clientId.optional(),
  client_secret: fields.clientSecret.optional(),
  scope: fields.scope.optional(),
});

export const token: Route = {
  method: 'POST',
  path: '/token',
  summary: 'Refreshes a session (RFC 6749 section 6).',
  credentials: ['none', 'client_secret', 'refresh_cookie'],
  takes: { form: schema },
  gives: { 200: tokenPayload },
  errors: [
    'invalid_grant',
    'invalid_client',
    'invalid_scope',
    'unsupported_grant_type',
    'invalid_dpop_proof',
    'use_dpop_nonce',
    'forbidden_origin',
    'too_many_attempts',
  ],
  handle,
};

async function handle(context: Context, exchange: Exchange): Promise<Answer> {
  if (exchange.req.query('refresh_token') !== undefined)
    throw invalidRequest('A refresh token does not belong in a URL.');
  const input = await readForm(exchange, schema);
  if (input.grant_type !== 'refresh_token') {
    throw new Problem('unsupported_grant_type', { description: 'The only grant type is refresh_token.' });
  }
  const client = identifyClient(context, exchange, input);
  const received = readProof(context, exchange);
  const delivery = input.refresh_token === undefined ? 'cookie' : 'body';
  const result = await refresh(context, {
    refreshToken: input.refresh_token ?? tokenFromCookie(context, exchange),
    clientId: client.clientId,
    isClientAuthenticated: client.confidential !== undefined,
    proof: received.proof,
    scope: input.scope,
    delivery,
    ...waitingOf(exchange),
    from: exchange.get('from'),
  });
  if (result.kind === 'refused') return grantRefused;
  if (result.kind !== 'refreshed') throw refusal(context, exchange, result);
  const answer = tokenAnswer(context, { ...result, delivery, received });
  if (!context.settings.explain) return answer;
  return { ...answer, headers: { ...answer.headers, [refreshHeader]: result.outcome } };
}

function tokenFromCookie(context: Context, exchange: Exchange): string {
  if (namedSession(exchange) === undefined) throw invalidRequest('refresh_token: is missing');
  requireOwnPage(context, exchange);
  const found = readRefreshCookie(context, exchange);
  if (found === undefined) throw invalidGrant('no cookie for the named session');
  return found;
}

function refusal(
  context: Context,
  exchange: Exchange,
  result: Exclude<RefreshResult, { kind: 'refreshed' | 'refused' }>,
): Problem {
  if (result.kind === 'throttled') return tooManyAttempts(result.retryAfterSeconds, 'refreshes of this session');
  if (result.kind === 'unavailable') return unavailable(result.reason);
  if (result.kind === 'proof_replayed') return proofProblem(context, 'replayed');
  if (result.kind === 'invalid_client') return invalidClient(exchange);
  return new Problem('invalid_scope', { description: 'The scope is more than the session has.' });
}
