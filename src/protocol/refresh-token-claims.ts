/**
 * What the refresh token of a stateless session says: a JWT of its own kind, which nobody but the server that made it has
 * the key to check. The shape only; making and checking it is the server's.
 */

/** `typ` of a stateless refresh token. No other kind of token has it, so none is taken for another (RFC 8725 section 3.11). */
export const refreshTokenType = 'rt+jwt';

/** The claims of a stateless refresh token. Times are seconds since the epoch. */
export interface RefreshTokenClaims {
  readonly iss: string;
  readonly sub: string;
  /** The token endpoint, and nobody else. */
  readonly aud: string;
  readonly client_id: string;
  readonly sid: string;
  readonly device_id: string;
  /** When the user last proved who they are. A refresh never changes it. */
  readonly auth_time: number;
  readonly iat: number;
  /** The sooner of the inactivity end and the absolute end; absent where there is neither. */
  readonly exp?: number | undefined;
  /** The absolute end, which no refresh moves; absent where there is none. */
  readonly session_ends_at?: number | undefined;
  /** 128 random bits. */
  readonly jti: string;
  readonly scope?: string | undefined;
  readonly acr?: string | undefined;
  /** RFC 8176 values, space-separated. */
  readonly amr?: string | undefined;
  /** Absent: the user asked to stay signed in. */
  readonly remember?: false | undefined;
  /** The key the session is bound to for life; absent where bearer refresh tokens were asked for by name. */
  readonly cnf?: { readonly jkt: string } | undefined;
  /** Where a session that has been a stored one stands; absent for 0. */
  readonly generation?: number | undefined;
  readonly branch?: number | undefined;
}
