/**
 * What both sides of the wire share.
 */
export { type AccessTokenClaims, accessTokenType } from './access-token.ts';
export { type ErrorCode, errorStatus } from './errors.ts';
export { clientHeader, deadlineHeader, refreshHeader, timeHeader } from './headers.ts';
export { parseSessionId, type SessionIdParts } from './session-id.ts';
export type {
  DevicePatch,
  DevicesResponse,
  DeviceView,
  ErrorResponse,
  IntrospectionResponse,
  JwkSet,
  LoginRequest,
  MeResponse,
  PasswordRequest,
  PublicJwk,
  RevocationEntry,
  RevocationsResponse,
  ServerMetadata,
  TokenDelivery,
  TokenPayload,
} from './wire.ts';
