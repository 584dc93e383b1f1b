/**
 * What a resource server answers where a request does not pass: the errors of RFC 6750 section 3 and RFC 9470, ready to
 * send. Every fault of a token leaves as the same 401; which it was is in `detail`, for logs alone.
 */

import type { AccessTokenFault } from '../protocol/check-access-token-claims.ts';
import type { JwsFault } from '../protocol/compact-jws.ts';
import { type ErrorCode, errorStatus } from '../protocol/errors.ts';
import type { ErrorResponse } from '../protocol/wire.ts';

/** Why a token is refused. */
export type TokenFault =
  | JwsFault
  | AccessTokenFault
  | 'unknown_key'
  | 'wrong_alg'
  | 'wrong_signature'
  /** RFC 9449 section 7.2: a token that is bound to a key was presented without a proof of that key. */
  | 'key_bound'
  | 'revoked'
  /** The server was asked, and said so. */
  | 'inactive';

/** Why a request is refused, for logs. New ones may be added; none changes its meaning. */
export type VerifyErrorDetail =
  | TokenFault
  | 'no_token'
  | 'several_tokens'
  | 'token_in_query'
  | 'malformed_authorization'
  | 'missing_scope'
  | 'sign_in_too_old'
  | 'wrong_acr'
  | 'no_keys'
  | 'feed_cold'
  | 'feed_stale'
  | 'introspection_failed';

/** The codes of the wire that a verifier answers with. */
export type VerifyErrorCode = Extract<
  ErrorCode,
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'temporarily_unavailable'
>;

const descriptions: Readonly<Record<VerifyErrorCode, string>> = {
  invalid_request: 'The request presents its access token in a way that is not accepted.',
  invalid_token: 'A valid access token is needed.',
  insufficient_scope: 'The access token does not cover this request.',
  insufficient_user_authentication: 'The user has to sign in again for this request.',
  temporarily_unavailable: 'Access tokens cannot be checked at the moment.',
};

export interface VerifyErrorParts {
  readonly code: VerifyErrorCode;
  readonly detail: VerifyErrorDetail;
  /** The value of `WWW-Authenticate`. */
  readonly challenge?: string;
  readonly retryAfterSeconds?: number;
}

/** A request that does not pass. A value to be answered with, not thrown, so it has no stack. */
export class VerifyError {
  readonly code: VerifyErrorCode;
  /** 400, 401, 403 or 503. */
  readonly status: number;
  /** For people; may change between releases. */
  readonly description: string;
  /** For logs. Not to be sent: it tells a stranger how far a forged token got. */
  readonly detail: VerifyErrorDetail;
  /** Absent where there is nothing that better credentials would change. */
  readonly wwwAuthenticate: string | undefined;
  /** On a 503: when to come back. */
  readonly retryAfterSeconds: number | undefined;

  constructor({ code, detail, challenge, retryAfterSeconds }: VerifyErrorParts) {
    this.code = code;
    this.status = errorStatus[code];
    this.description = descriptions[code];
    this.detail = detail;
    this.wwwAuthenticate = challenge;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The headers of the answer. */
  toHeaders(): Record<string, string> {
    return {
      'cache-control': 'no-store',
      'content-type': 'application/json',
      ...(this.wwwAuthenticate === undefined ? {} : { 'www-authenticate': this.wwwAuthenticate }),
      ...(this.retryAfterSeconds === undefined ? {} : { 'retry-after': String(this.retryAfterSeconds) }),
    };
  }

  /** The body of the answer. */
  toJSON(): ErrorResponse {
    return { error: this.code, error_description: this.description };
  }

  /** The answer, for whoever speaks fetch. */
  toResponse(): Response {
    return new Response(JSON.stringify(this), { status: this.status, headers: this.toHeaders() });
  }
}

/** Makes the errors of one resource server. */
export interface VerifyErrors {
  invalidToken(detail: TokenFault): VerifyError;
  /** RFC 6750 section 3.1: a request without a token is told what to bring, and not that anything is wrong. */
  readonly noToken: VerifyError;
  invalidRequest(detail: VerifyErrorDetail): VerifyError;
  insufficientScope(scope: string): VerifyError;
  /** RFC 9470 section 3. */
  signInAgain(
    detail: VerifyErrorDetail,
    wanted: { maxAge?: number | undefined; acrValues?: string | undefined },
  ): VerifyError;
  unavailable(detail: VerifyErrorDetail, retryAfterSeconds: number): VerifyError;
}

/** `realm` goes into every challenge; it must be free of quotes, backslashes and control characters. */
export function createVerifyErrors(realm: string): VerifyErrors {
  const challenge = (parameters: Readonly<Record<string, string | undefined>>) => {
    const given = Object.entries({ realm, ...parameters }).filter(([, value]) => value !== undefined);
    return `Bearer ${given.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
  };
  const withCode = (
    code: VerifyErrorCode,
    detail: VerifyErrorDetail,
    parameters: Record<string, string | undefined> = {},
  ) =>
    new VerifyError({
      code,
      detail,
      challenge: challenge({ error: code, error_description: descriptions[code], ...parameters }),
    });
  const invalidTokens = new Map<TokenFault, VerifyError>();
  return {
    invalidToken: (detail) => {
      const error = invalidTokens.get(detail) ?? withCode('invalid_token', detail);
      invalidTokens.set(detail, error);
      return error;
    },
    noToken: new VerifyError({ code: 'invalid_token', detail: 'no_token', challenge: challenge({}) }),
    invalidRequest: (detail) => withCode('invalid_request', detail),
    insufficientScope: (scope) => withCode('insufficient_scope', 'missing_scope', { scope }),
    signInAgain: (detail, { maxAge, acrValues }) =>
      withCode('insufficient_user_authentication', detail, { max_age: maxAge?.toString(), acr_values: acrValues }),
    unavailable: (detail, retryAfterSeconds) =>
      new VerifyError({ code: 'temporarily_unavailable', detail, retryAfterSeconds }),
  };
}
