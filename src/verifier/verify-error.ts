/**
 * What a resource server answers where a request does not pass: the errors of RFC 6750 section 3 and RFC 9470, ready to
 * send. Every fault of a token leaves as the same 401; which it was is in `detail`, for logs alone.
 */

import type { AccessTokenFault } from '../protocol/check-access-token-claims.ts';
import type { JwsFault } from '../protocol/compact-jws.ts';
import { nonceHeader, type ProofFault, proofAlgorithms } from '../protocol/dpop-proof.ts';
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
  /** RFC 9449 section 7.1: a bearer token was presented as one that is bound to a key. */
  | 'not_key_bound'
  | 'revoked'
  /** The server was asked, and said so. */
  | 'inactive';

/** Why a proof of possession is refused. */
export type ProofRefusal = ProofFault | 'missing_proof' | 'wrong_key' | 'wrong_signature' | 'proof_replayed';

/** Why a request is refused, for logs. New ones may be added; none changes its meaning. */
export type VerifyErrorDetail =
  | TokenFault
  | ProofRefusal
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
  | 'introspection_failed'
  | 'proof_memory_failed';

/** The codes of the wire that a verifier answers with. */
export type VerifyErrorCode = Extract<
  ErrorCode,
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'temporarily_unavailable'
>;

const descriptions: Readonly<Record<VerifyErrorCode, string>> = {
  invalid_request: 'The request presents its access token in a way that is not accepted.',
  invalid_token: 'A valid access token is needed.',
  insufficient_scope: 'The access token does not cover this request.',
  insufficient_user_authentication: 'The user has to sign in again for this request.',
  invalid_dpop_proof: 'A valid proof of possession is needed.',
  use_dpop_nonce: 'The proof of possession needs the nonce of this answer.',
  temporarily_unavailable: 'Access tokens cannot be checked at the moment.',
};

export interface VerifyErrorParts {
  readonly code: VerifyErrorCode;
  readonly detail: VerifyErrorDetail;
  /** The value of `WWW-Authenticate`. */
  readonly challenge?: string;
  readonly retryAfterSeconds?: number;
  /** For the next proof of possession. */
  readonly nonce?: string | undefined;
  /** Where it is not the one that goes with the code. */
  readonly status?: number;
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
  /** The `DPoP-Nonce` that the next proof of possession has to have. */
  readonly nonce: string | undefined;

  constructor({ code, detail, challenge, retryAfterSeconds, nonce, status }: VerifyErrorParts) {
    this.code = code;
    this.status = status ?? errorStatus[code];
    this.description = descriptions[code];
    this.detail = detail;
    this.wwwAuthenticate = challenge;
    this.retryAfterSeconds = retryAfterSeconds;
    this.nonce = nonce;
  }

  /** The headers of the answer. */
  toHeaders(): Record<string, string> {
    return {
      'cache-control': 'no-store',
      'content-type': 'application/json',
      ...(this.wwwAuthenticate === undefined ? {} : { 'www-authenticate': this.wwwAuthenticate }),
      ...(this.nonce === undefined ? {} : { [nonceHeader.toLowerCase()]: this.nonce }),
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
  /** RFC 9449 section 7.1; with a nonce, section 9. */
  invalidProof(detail: ProofRefusal, nonce: string | undefined): VerifyError;
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
  const challenge = (parameters: Readonly<Record<string, string | undefined>>, scheme = 'Bearer') => {
    const given = Object.entries({ realm, ...parameters }).filter(([, value]) => value !== undefined);
    return `${scheme} ${given.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
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
    invalidProof: (detail, nonce) => {
      const code = nonce === undefined ? 'invalid_dpop_proof' : 'use_dpop_nonce';
      const parameters = { error: code, error_description: descriptions[code], algs: proofAlgorithms.join(' ') };
      return new VerifyError({ code, detail, status: 401, challenge: challenge(parameters, 'DPoP'), nonce });
    },
    insufficientScope: (scope) => withCode('insufficient_scope', 'missing_scope', { scope }),
    signInAgain: (detail, { maxAge, acrValues }) =>
      withCode('insufficient_user_authentication', detail, { max_age: maxAge?.toString(), acr_values: acrValues }),
    unavailable: (detail, retryAfterSeconds) =>
      new VerifyError({ code: 'temporarily_unavailable', detail, retryAfterSeconds }),
  };
}
