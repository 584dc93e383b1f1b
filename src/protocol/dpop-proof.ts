/**
 * DPoP proofs (RFC 9449): what one looks like, and whether it is meant for a request. These are the checks of section 4.3
 * that need neither cryptography nor memory. Whoever uses them still has to check the signature with the proof's own key,
 * whose key that is, that a nonce is genuine, and that the proof has not been used before.
 */
import { decodeBase64url } from './base64url.ts';
import { type CompactJws, type JsonObject, type JwsFault, parseCompactJws } from './compact-jws.ts';
import { isSmallOrderPoint } from './ed25519-point.ts';
import { normalizeTarget } from './normalize-target.ts';

/** The header of a request that carries a proof. */
export const proofHeader = 'DPoP';

/** The header of an answer that carries the nonce for the next proof. */
export const nonceHeader = 'DPoP-Nonce';

/** The algorithms a proof can be signed with: asymmetric and fully specified ones, with signatures of 64 bytes. */
export type ProofAlgorithm = 'ES256' | 'Ed25519';
export const proofAlgorithms: readonly ProofAlgorithm[] = ['ES256', 'Ed25519'];
export const proofSignatureLength = 64;

/** How far a proof's `iat` may be from our clock, in seconds. A client whose clock is further off is given a nonce. */
const proofToleranceSeconds = 60;

/** Why a proof is refused. For logs; a caller on the network is not told. */
export type ProofFault =
  | JwsFault
  | 'several_proofs'
  | 'wrong_typ'
  | 'wrong_alg'
  | 'private_key'
  | 'malformed_key'
  | 'malformed_claims'
  | 'wrong_htm'
  | 'wrong_htu'
  | 'wrong_ath'
  /** These three are mended by another proof with our nonce. */
  | 'missing_nonce'
  | 'wrong_nonce'
  | 'wrong_iat';

interface ProofClaims {
  readonly jti: string;
  /** Seconds since the epoch, by the client's clock. */
  readonly iat: number;
  readonly nonce: string | undefined;
}

/** A proof, **unverified**. */
export interface DpopProof extends ProofClaims {
  readonly algorithm: ProofAlgorithm;
  /** The members that make the public key, and no others. */
  readonly key: Readonly<Record<string, string>>;
  readonly jws: CompactJws<JsonObject>;
}

export type ParsedProof =
  | { readonly ok: true; readonly proof: DpopProof }
  | { readonly ok: false; readonly reason: ProofFault };

const longestProof = 4096;
const longestJti = 256;
const proofType = 'dpop+jwt';

/** Reads the value of the header. Two headers arrive as one with a comma. Never throws. */
export function parseDpopProof(header: string): ParsedProof {
  if (header.includes(',')) return refuse('several_proofs');
  const jws = parseCompactJws(header, longestProof);
  if (!jws.ok) return jws;
  const { typ, alg, jwk } = jws.header;
  if (typ !== proofType) return refuse('wrong_typ');
  const algorithm = proofAlgorithms.find((name) => name === alg);
  if (algorithm === undefined) return refuse('wrong_alg');
  const key = readKey(jwk, algorithm);
  if (typeof key === 'string') return refuse(key);
  const claims = readClaims(jws.payload);
  return claims ? { ok: true, proof: { algorithm, key, jws, ...claims } } : refuse('malformed_claims');
}

/** The request a proof must be for, and when. */
export interface ProofExpectation {
  readonly method: string;
  /** As a client addresses it; a query is not looked at. */
  readonly url: string;
  /** base64url of the SHA-256 of the access token that came with it; `undefined` where none did. */
  readonly accessTokenHash: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether only a nonce will do. */
  readonly requiresNonce: boolean;
  /** Until when the proof's nonce is taken, in milliseconds; `undefined` where it has none, or one that is not ours. */
  readonly nonceGoodUntil: number | undefined;
}

export type CheckedProof =
  /** `usedUntil`: how long a second use has to be remembered against, in milliseconds. */
  { readonly ok: true; readonly usedUntil: number } | { readonly ok: false; readonly reason: ProofFault };

/** Whether the proof is meant for this request. Time comes last, so that no nonce is given for a proof that is no good. */
export function checkDpopProof({ jws, iat, nonce }: DpopProof, expected: ProofExpectation): CheckedProof {
  const { htm, htu, ath } = jws.payload;
  if (htm !== expected.method) return refuse('wrong_htm');
  const target = normalizeTarget(String(htu));
  if (target === undefined || target !== normalizeTarget(expected.url)) return refuse('wrong_htu');
  if (ath !== expected.accessTokenHash) return refuse('wrong_ath');
  if (nonce !== undefined) {
    const { nonceGoodUntil } = expected;
    return nonceGoodUntil === undefined ? refuse('wrong_nonce') : { ok: true, usedUntil: nonceGoodUntil };
  }
  if (expected.requiresNonce) return refuse('missing_nonce');
  const isTimely = Math.abs(expected.now / 1000 - iat) <= proofToleranceSeconds;
  return isTimely ? { ok: true, usedUntil: (iat + proofToleranceSeconds) * 1000 } : refuse('wrong_iat');
}

/** Whether another proof, with our nonce in it, would do (RFC 9449 section 8). */
export function isMendedByNonce(reason: string): boolean {
  return reason === 'missing_nonce' || reason === 'wrong_nonce' || reason === 'wrong_iat';
}

/**
 * What a proof is remembered by, to be hashed: its `jti` in the context of the address (RFC 9449 section 11.1) and of the
 * key, so that nobody can use up another's.
 */
export function singleUseText({ key, jti, jws }: DpopProof): string {
  return JSON.stringify([key, jti, jws.payload.htm, normalizeTarget(String(jws.payload.htu))]);
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The public key, reduced to what makes it. Whether it is a point on its curve is for the import to find out. */
function readKey(jwk: unknown, algorithm: ProofAlgorithm): Readonly<Record<string, string>> | ProofFault {
  if (typeof jwk !== 'object' || jwk === null) return 'malformed_key';
  const { kty, crv, x, y, alg = algorithm, use = 'sig' } = jwk as JsonObject;
  if (privateMembers.some((name) => name in jwk)) return 'private_key';
  if (alg !== algorithm || use !== 'sig' || !isCoordinate(x)) return 'malformed_key';
  if (algorithm === 'Ed25519')
    return kty === 'OKP' && crv === 'Ed25519' && !isSmallOrderPoint(x) ? { crv, kty, x } : 'malformed_key';
  return kty === 'EC' && crv === 'P-256' && isCoordinate(y) ? { crv, kty, x, y } : 'malformed_key';
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && decodeBase64url(value)?.length === 32;
}

function readClaims({ jti, htm, htu, iat, nonce, ath }: JsonObject): ProofClaims | undefined {
  const isAimed = typeof htm === 'string' && typeof htu === 'string' && isOptionalText(ath);
  if (!isAimed || !isIdentifier(jti) || !isTime(iat) || !isOptionalText(nonce)) return undefined;
  return { jti, iat, nonce };
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestJti;
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function refuse(reason: ProofFault): { readonly ok: false; readonly reason: ProofFault } {
  return { ok: false, reason };
}
