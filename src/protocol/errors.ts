/**
 * The one table of error codes on the wire, with the status each is sent with. Codes come from the RFCs where they have
 * one. A code that is retired is never used again.
 */

/** Every `error` that the server sends, and the HTTP status it goes with unless said otherwise. */
export const errorStatus = {
  /** RFC 6749 section 5.2: malformed, missing or repeated input. */
  invalid_request: 400,
  /** RFC 6749 section 5.2: unknown, expired, revoked, replayed or foreign refresh token; nothing tells which. */
  invalid_grant: 400,
  /** RFC 6749 section 5.2. */
  invalid_client: 401,
  /** RFC 6749 section 5.2. */
  invalid_scope: 400,
  /** RFC 6749 section 5.2. */
  unauthorized_client: 400,
  /** RFC 6749 section 5.2. */
  unsupported_grant_type: 400,
  /** RFC 9449 section 5. */
  invalid_dpop_proof: 400,
  /** RFC 9449 section 8. */
  use_dpop_nonce: 400,
  /** RFC 6750 section 3.1: the access token is missing, malformed, expired or its session has ended. */
  invalid_token: 401,
  /** RFC 6750 section 3.1. */
  insufficient_scope: 403,
  /** RFC 9470 section 3: the sign-in is too long ago for this act. */
  insufficient_user_authentication: 401,
  /** Wrong user name or password, or a user who may not sign in; nothing tells which. */
  invalid_credentials: 401,
  /** A new password that is too short, too long or too common. */
  invalid_password: 400,
  /** A cookie request without the client header, or from an origin that is not allowed. */
  forbidden_origin: 403,
  /** The user has as many devices as they may have. */
  device_limit_reached: 403,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  unsupported_media_type: 415,
  /** Too many failed attempts; `Retry-After` says when to come back. */
  too_many_attempts: 429,
  /** Sessions are stateless here: there is no list of devices. */
  stateless_sessions: 501,
  /** A fault on our side. */
  server_error: 500,
  /** The store or the host did not answer, or an answer would come too late; nothing was lost, try again. */
  temporarily_unavailable: 503,
} as const;

/** An `error` code of the wire. */
export type ErrorCode = keyof typeof errorStatus;
