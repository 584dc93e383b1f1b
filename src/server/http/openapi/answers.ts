/**
 * The bodies of answers as schemas, for the API's description. The types of the wire are what they are held to.
 */
import { z } from 'zod';
import type {
  DevicesResponse,
  DeviceView,
  ErrorResponse,
  IntrospectionResponse,
  JwkSet,
  MeResponse,
  RevocationsResponse,
  ServerMetadata,
  TokenPayload,
} from '../../../protocol/wire.ts';

const seconds = z.int().min(0);
const text = z.string();
const maybeText = z.string().exactOptional();

/** Of `/login` and `/token`. */
export const tokenPayload: z.ZodType<TokenPayload> = z.object({
  access_token: text,
  token_type: z.enum(['Bearer', 'DPoP']),
  expires_in: seconds,
  access_token_expires_at: seconds,
  refresh_token: maybeText,
  refresh_token_expires_at: seconds,
  session_ends_at: seconds,
  sub: text,
  device_id: text,
  session_id: text,
  scope: maybeText,
});

export const deviceView: z.ZodType<DeviceView> = z.object({
  id: text,
  name: text,
  platform: text,
  browser: text,
  created_at: seconds,
  last_used_at: seconds,
  last_ip: text,
  current: z.boolean(),
  signed_in: z.boolean(),
});

export const devicesResponse: z.ZodType<DevicesResponse> = z.object({ devices: z.array(deviceView) });

export const removedResponse: z.ZodType<{ readonly removed: number }> = z.object({ removed: z.int().min(0) });

export const meResponse: z.ZodType<MeResponse> = z.object({
  sub: text,
  username: maybeText,
  session: z.object({
    sid: text,
    auth_time: seconds,
    client_id: text,
    scope: maybeText,
    refresh_token_expires_at: seconds.exactOptional(),
    session_ends_at: seconds.exactOptional(),
  }),
  device: deviceView.exactOptional(),
});

export const introspectionResponse: z.ZodType<IntrospectionResponse> = z.union([
  z.strictObject({ active: z.literal(false) }),
  z.looseObject({
    active: z.literal(true),
    iss: text,
    sub: text,
    client_id: text,
    sid: text,
    auth_time: seconds,
    exp: seconds.exactOptional(),
    token_type: z.enum(['Bearer', 'DPoP']).exactOptional(),
    username: maybeText,
    scope: maybeText,
    cnf: z.object({ jkt: text }).exactOptional(),
  }),
]);

const position = z.int().min(1);

export const revocationsResponse: z.ZodType<RevocationsResponse> = z.object({
  cursor: text,
  reset: z.boolean(),
  head_read_at: seconds,
  entries: z.array(
    z.union([z.object({ position, sid: text }), z.object({ position, sub: text, before: z.int(), except: maybeText })]),
  ),
});

const publicJwk = z.object({
  kty: text,
  crv: maybeText,
  x: maybeText,
  y: maybeText,
  n: maybeText,
  e: maybeText,
  kid: text,
  alg: text,
  use: z.literal('sig'),
});

export const jwkSetResponse: z.ZodType<JwkSet> = z.object({ keys: z.array(publicJwk) });

const names = z.array(text);

export const serverMetadataResponse: z.ZodType<ServerMetadata> = z.object({
  issuer: text,
  token_endpoint: text,
  revocation_endpoint: text,
  introspection_endpoint: maybeText,
  jwks_uri: text,
  grant_types_supported: names,
  response_types_supported: names,
  token_endpoint_auth_methods_supported: names,
  revocation_endpoint_auth_methods_supported: names,
  introspection_endpoint_auth_methods_supported: names.exactOptional(),
  dpop_signing_alg_values_supported: names,
  scopes_supported: names.exactOptional(),
  session_mode: z.enum(['stored', 'stateless']),
  bearer_refresh_tokens_supported: z.boolean(),
});

export const healthResponse: z.ZodType<{ readonly status: string }> = z.object({ status: z.enum(['ok', 'ready']) });

export const errorResponse: z.ZodType<ErrorResponse> = z.object({ error: text, error_description: text });
