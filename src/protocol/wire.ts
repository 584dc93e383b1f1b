/**
 * The JSON that crosses the wire, in the words of the wire (snake_case). Times are integer seconds since the epoch
 * (`…_at`), durations integer seconds (`…_seconds`, `expires_in`). Types only; nothing here is checked at run time.
 */

/** Whether the server keeps sessions, or only which of them were revoked. */
export type SessionMode = 'stored' | 'stateless';

/** How the refresh token travels: in the JSON body, or in an HttpOnly cookie that no script can read. */
export type TokenDelivery = 'body' | 'cookie';

/** What `POST /login` takes, as JSON. Unknown members are ignored, an empty string counts as absent. */
export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  /** What the user calls this device; made from the user agent when absent. At most 64 characters. */
  readonly device_name?: string;
  /** Any genuine refresh token of this device, of any age: it names the device, so that its old session is replaced. */
  readonly refresh_token?: string;
  readonly client_id?: string;
  /** Space-separated, RFC 6749 section 3.3. */
  readonly scope?: string;
  /** `false`: a session of at most 12 hours and a cookie that ends with the browser. */
  readonly remember?: boolean;
  readonly token_delivery?: TokenDelivery;
}

/** The answer of `/login` and `/token` (RFC 6749 section 5.1, with the ends of the session told beside it). */
export interface TokenPayload {
  readonly access_token: string;
  readonly token_type: 'Bearer' | 'DPoP';
  /** Seconds the access token lives, counted from the moment of the decision. */
  readonly expires_in: number;
  readonly access_token_expires_at: number;
  /** Absent where the refresh token travels in a cookie. */
  readonly refresh_token?: string;
  /** The sooner of inactivity and absolute end; 0 where there is neither. */
  readonly refresh_token_expires_at: number;
  /** The absolute end, which no refresh moves; 0 where there is none. */
  readonly session_ends_at: number;
  /** The user. Clients take it from here: what is in an access token is not for them (RFC 9068 section 6). */
  readonly sub: string;
  readonly device_id: string;
  readonly session_id: string;
  /** Absent where the session has no scope. */
  readonly scope?: string;
}

/** One row of `GET /devices`. */
export interface DeviceView {
  readonly id: string;
  readonly name: string;
  /** What the browser says about itself; empty where it says nothing. */
  readonly platform: string;
  readonly browser: string;
  readonly created_at: number;
  /** To the hour: nothing finer is told, so that nobody can keep in step with a user's refreshes. */
  readonly last_used_at: number;
  readonly last_ip: string;
  /** Whether the request was made from this device. */
  readonly current: boolean;
  /** Whether the device has a live session. */
  readonly signed_in: boolean;
}

export interface DevicesResponse {
  readonly devices: readonly DeviceView[];
}

/** What `PATCH /devices/:id` takes. `signed_in: false` ends the device's session and keeps it in the list. */
export interface DevicePatch {
  readonly name?: string;
  readonly signed_in?: false;
}

/** The answer of `GET /me`. `username` is absent for users of a host's own directory. */
export interface MeResponse {
  readonly sub: string;
  readonly username?: string;
  readonly session: {
    readonly sid: string;
    readonly auth_time: number;
    readonly client_id: string;
    readonly scope?: string;
    /** These two are absent where sessions are stateless: only the refresh token knows. */
    readonly refresh_token_expires_at?: number;
    readonly session_ends_at?: number;
  };
  /** Absent where sessions are stateless. */
  readonly device?: DeviceView;
}

export interface PasswordRequest {
  readonly current_password: string;
  readonly new_password: string;
}

/** Every error body. `error_description` is for people, never holds a secret, and may change between releases. */
export interface ErrorResponse {
  readonly error: string;
  readonly error_description: string;
}

/**
 * One thing the revocation feed says: a session ended, or every session of a user that began before a moment did,
 * except one. `before` is in **milliseconds** of the store's clock, the unit of the start that every session id carries.
 */
export type RevocationEntry =
  | { readonly position: number; readonly sid: string }
  | { readonly position: number; readonly sub: string; readonly before: number; readonly except?: string };

/** The answer of `GET /revocations` and the data of its events. */
export interface RevocationsResponse {
  /** Where to go on: a position and that entry's random id. */
  readonly cursor: string;
  /** The cursor that was asked with is not held: what follows is a whole snapshot. */
  readonly reset: boolean;
  /** When the server last read the head from the store, in seconds. A verifier's age counts from here. */
  readonly head_read_at: number;
  readonly entries: readonly RevocationEntry[];
}

/**
 * The answer of `POST /introspect` (RFC 7662 section 2.2). Of an access token it has every claim, of a refresh token those
 * that it has too. Whatever is wrong with a token, the answer is `{"active": false}` and nothing more.
 */
export type IntrospectionResponse =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly iss: string;
      readonly sub: string;
      readonly client_id: string;
      readonly sid: string;
      readonly auth_time: number;
      /** Absent for a refresh token that never expires. */
      readonly exp?: number;
      /** Of an access token. */
      readonly token_type?: 'Bearer' | 'DPoP';
      readonly username?: string;
      readonly scope?: string;
      readonly cnf?: { readonly jkt: string };
      readonly [claim: string]: unknown;
    };

/** RFC 8414 metadata, as far as this server advertises it. */
export interface ServerMetadata {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly revocation_endpoint: string;
  readonly introspection_endpoint?: string;
  readonly jwks_uri: string;
  readonly grant_types_supported: readonly string[];
  readonly response_types_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly revocation_endpoint_auth_methods_supported: readonly string[];
  readonly introspection_endpoint_auth_methods_supported?: readonly string[];
  readonly dpop_signing_alg_values_supported: readonly string[];
  readonly scopes_supported?: readonly string[];
  /** Ours: whether the server keeps sessions, so that there is a list of devices. */
  readonly session_mode: SessionMode;
  /** Ours: whether a sign-in without a proof by a key is taken. */
  readonly bearer_refresh_tokens_supported: boolean;
}

/** A public signing key (RFC 7517) as the key set shows it: always with `kid`, `alg` and `use`. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
  readonly kid: string;
  readonly alg: string;
  readonly use: 'sig';
}

export interface JwkSet {
  readonly keys: readonly PublicJwk[];
}
