/**
 * The caller of an endpoint that takes access tokens (RFC 6750), with a proof where the token is bound to a key (RFC 9449
 * section 7), and step-up where the act needs a recent sign-in (RFC 9470).
 */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Context } from '../context.ts';
import { authenticateAccess, type Caller, recentSeconds } from '../operations/authenticate-access.ts';
import { challenge, type TokenScheme } from './challenge.ts';
import type { Exchange } from './exchange.ts';
import { requireKeyProof } from './key-proof.ts';
import { Problem } from './problem.ts';

/** What may be wrong with the access token of a request. */
export const accessTokenErrors: readonly ErrorCode[] = [
  'invalid_request',
  'invalid_token',
  'invalid_dpop_proof',
  'use_dpop_nonce',
];

/** An access token as a request presents it. */
export interface PresentedAccessToken {
  readonly scheme: TokenScheme;
  readonly token: string;
}

/** The token in the `Authorization` header, or `undefined` where there is none. */
export function presentedAccessToken(exchange: Exchange): PresentedAccessToken | undefined {
  const [, scheme, token] = /^(Bearer|DPoP) +([^\s]+) *$/i.exec(exchange.req.header('authorization') ?? '') ?? [];
  if (scheme === undefined || token === undefined) return undefined;
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token };
}

/** The token in `Authorization: Bearer`, or `undefined` where there is none. */
export function bearerToken(exchange: Exchange): string | undefined {
  const presented = presentedAccessToken(exchange);
  return presented?.scheme === 'Bearer' ? presented.token : undefined;
}

/** Who asks. Throws the 401 that says what is missing. */
export async function requireCaller(context: Context, exchange: Exchange): Promise<Caller> {
  // RFC 6750 section 2.3: addresses end up in logs and histories. Even beside a header it tells of a client that leaks.
  if (exchange.req.query('access_token') !== undefined) {
    throw new Problem('invalid_request', {
      description: 'An access token does not belong in a URL.',
      headers: challenge(context, 'Bearer', { error: 'invalid_request' }),
    });
  }
  const presented = presentedAccessToken(exchange);
  // RFC 6750 section 3.1: a request without credentials is told how to ask and no error code.
  if (presented === undefined) {
    throw new Problem('invalid_token', {
      description: 'An access token is needed.',
      headers: challenge(context, 'Bearer'),
    });
  }
  const { scheme, token } = presented;
  const caller = await authenticateAccess(context, token);
  // Section 7.2: else whoever has stolen a bound token would simply call it a bearer token.
  const isFitting = caller && (caller.keyThumbprint === undefined) === (scheme === 'Bearer');
  if (!isFitting) {
    throw new Problem('invalid_token', {
      description: 'The access token is not valid.',
      headers: challenge(context, scheme, { error: 'invalid_token' }),
    });
  }
  const { keyThumbprint } = caller;
  if (keyThumbprint !== undefined) await requireKeyProof(context, exchange, { accessToken: token, keyThumbprint });
  return caller;
}

/** Refuses a caller whose sign-in is too long ago for what they ask. */
export function requireRecent(context: Context, caller: Caller): void {
  if (caller.isRecent) return;
  const scheme = caller.keyThumbprint === undefined ? 'Bearer' : 'DPoP';
  const asked = { error: 'insufficient_user_authentication', max_age: String(recentSeconds) };
  throw new Problem('insufficient_user_authentication', {
    description: 'This needs a sign-in within the last 10 minutes.',
    headers: challenge(context, scheme, asked),
  });
}
