/**
 * For resource servers: checks access tokens locally, and learns within a second which sessions have ended. Runs wherever
 * there is Web Crypto; at full speed on Node.
 */
export type { AccessTokenClaims } from '../protocol/access-token.ts';
export type { AccessTokenFault } from '../protocol/check-access-token-claims.ts';
export type { JwsFault } from '../protocol/compact-jws.ts';
export type { ProofUse, RememberOnce } from '../protocol/proof-memory.ts';
export type { JwkSet, PublicJwk, RevocationEntry } from '../protocol/wire.ts';
export type { AlgorithmName } from './algorithms.ts';
export type { BearerRequest } from './bearer-request.ts';
export type { JwkFault } from './check-jwk.ts';
export { createVerifier, type Verifier, type VerifierStatus } from './create-verifier.ts';
export type { Fetch } from './fetch-json.ts';
export type { IntrospectionClient } from './introspect-token.ts';
export type { IgnoredKey } from './read-jwk-set.ts';
export type { Requirement } from './requirement.ts';
export type { FeedStatus } from './revocation-feed.ts';
export type { VerifyResult } from './token-check.ts';
export type { TellVerifierEvent, VerifierEvent } from './verifier-event.ts';
export type { FeedServer, FeedSource, OnStale, ProofOptions, VerifierOptions } from './verifier-options.ts';
export { type VerifyJwsOptions, type VerifyJwsResult, verifyCompactJws } from './verify-compact-jws.ts';
export {
  type ProofRefusal,
  type TokenFault,
  VerifyError,
  type VerifyErrorCode,
  type VerifyErrorDetail,
} from './verify-error.ts';
