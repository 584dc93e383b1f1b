/**
 * The caller of an endpoint that takes access tokens (RFC 6750), and step-up where the act needs a recent sign-in (RFC 9470).
 */
import type { Context } from '../context.ts';
import { authenticateAccess, type Caller, recentSeconds } from '../operations/authenticate-access.ts';
import { bearerChallenge } from './bearer-challenge.ts';
import type { Exchange } from './exchange.ts';
import { Problem } from './problem.ts';

/** The token in `Authorization: Bearer`, or `undefined` where there is none. */
export function bearerToken(exchange: Exchange): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(exchange.req.header('authorization') ?? '')?.[1];
}

/** Who asks. Throws the 401 that says what is missing. */
export async function requireCaller(context: Context, exchange: Exchange): Promise<Caller> {
  const token = bearerToken(exchange);
  // RFC 6750 section 3.1: a request without credentials is told how to ask and no error code.
  if (token === undefined) {
    throw new Problem('invalid_token', {
      description: 'An access token is needed.',
      headers: bearerChallenge(context),
    });
  }
  const caller = await authenticateAccess(context, token);
  if (caller !== undefined) return caller;
  throw new Problem('invalid_token', {
    description: 'The access token is not valid.',
    headers: bearerChallenge(context, { error: 'invalid_token' }),
  });
}

/** Refuses a caller whose sign-in is too long ago for what they ask. */
export function requireRecent(context: Context, caller: Caller): void {
  if (caller.isRecent) return;
  throw new Problem('insufficient_user_authentication', {
    description: 'This needs a sign-in within the last 10 minutes.',
    headers: bearerChallenge(context, { error: 'insufficient_user_authentication', max_age: String(recentSeconds) }),
  });
}
