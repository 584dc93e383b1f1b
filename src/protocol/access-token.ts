/**
 * What an access token says (RFC 9068). The shape only; signing is the server's, checking the verifier's.
 */

/** `typ` of an access token, RFC 9068 section 2.1. */
export const accessTokenType = 'at+jwt';

/** The longest life, in seconds, that a verifier believes unless it is told otherwise. */
export const usualMaxLifetime = 3600;
/** How far the clocks of issuer and verifier may be apart at most, in seconds. */
export const mostClockTolerance = 60;

/** The claims of an access token. Times are seconds since the epoch. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  /** One resource server, or an explicit list. Compared as exact strings. */
  readonly aud: string | readonly string[];
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  /** 128 random bits. */
  readonly jti: string;
  /** The session, whose id also carries its start (see `parseSessionId`). */
  readonly sid: string;
  /** When the user last proved who they are. A refresh never changes it. */
  readonly auth_time: number;
  readonly scope?: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** The thumbprint of the key this token is bound to, where access tokens are bound (RFC 9449 section 6.1). */
  readonly cnf?: { readonly jkt: string };
  /** Whatever the host added. */
  readonly [claim: string]: unknown;
}
