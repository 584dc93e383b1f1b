/**
 * The authorization server as a library.
 */
export { HostError } from './ask-host.ts';
export type { Authenticate, AuthenticateResult, Credentials } from './authenticate.ts';
export type { ConfidentialClient } from './clients.ts';
export { createTallystick, type SigningKeys, type Tallystick } from './create-tallystick.ts';
export type { AddUserResult, Directory } from './directory/directory.ts';
export type { KeyProof } from './dpop/check-proof.ts';
export type {
  EventListener,
  Origin,
  RefreshRefusal,
  RevocationReason,
  SignInFailure,
  TallystickEvent,
  ToldRefusal,
} from './events.ts';
export type { RevocationListener } from './feed/subscribe.ts';
export type { HostClaims } from './host-claims.ts';
export type { Handler } from './http/create-app.ts';
export type { ConnectionInfo } from './http/exchange.ts';
export type { SigningAlgorithm } from './keys/algorithms.ts';
export type { SigningKeyState } from './keys/opened-keys.ts';
export type { OnRefresh, RefreshVerdict } from './on-refresh.ts';
export type { ChangeDeviceResult, DeviceChange } from './operations/change-device.ts';
export type { CreateSessionResult } from './operations/create-session.ts';
export type { IssuedTokens } from './operations/issue-tokens.ts';
export type { RefreshInput, RefreshResult } from './operations/refresh.ts';
export type { CreateSessionInput } from './operations/session-request.ts';
export type { SetPasswordInput, SetPasswordResult } from './operations/set-password.ts';
export type { SignInInput, SignInResult } from './operations/sign-in.ts';
export type { VerifyProofInput, VerifyProofResult } from './operations/verify-proof.ts';
export type { TallystickOptions } from './options.ts';
export { UnsupportedError } from './unsupported.ts';
