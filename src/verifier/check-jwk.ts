/**
 * Decides whether a JWK (RFC 7517) may verify signatures here, and with which one algorithm. The algorithm comes from the
 * key and the configuration, never from a token. Whether the public key is a point on its curve is left to the import.
 */
import { decodeBase64url } from '../protocol/base64url.ts';
import type { JsonObject } from '../protocol/compact-jws.ts';
import { isSmallOrderPoint } from '../protocol/ed25519-point.ts';
import { type AlgorithmName, algorithms, isAlgorithmName } from './algorithms.ts';
import { hasRocaFingerprint } from './has-roca-fingerprint.ts';

/** A public key that has passed, reduced to the members that make it. */
export interface VerificationJwk {
  readonly alg: AlgorithmName;
  readonly members: Readonly<Record<string, string>>;
  /** Bytes that every signature of this key has. */
  readonly signatureLength: number;
}

/** Why a key is not used. */
export type JwkFault =
  | 'not_an_object'
  | 'symmetric_key'
  | 'private_key'
  | 'wrong_use'
  | 'wrong_key_ops'
  | 'wrong_alg'
  | 'ambiguous_alg'
  | 'malformed_key'
  | 'weak_key';

export type JwkResult =
  | { readonly ok: true; readonly key: VerificationJwk }
  | { readonly ok: false; readonly reason: JwkFault };

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];

/** Checks one `jwk` against the algorithms that are `accepted`. */
export function checkJwk(jwk: unknown, accepted: readonly AlgorithmName[]): JwkResult {
  if (!isObject(jwk)) return refuse('not_an_object');
  if (jwk.kty === 'oct' || 'k' in jwk) return refuse('symmetric_key');
  if (privateMembers.some((name) => name in jwk)) return refuse('private_key');
  if (jwk.use !== undefined && jwk.use !== 'sig') return refuse('wrong_use');
  if (!allowsVerifying(jwk.key_ops)) return refuse('wrong_key_ops');
  const [alg, ...others] = candidates(jwk, accepted);
  if (alg === undefined) return refuse('wrong_alg');
  if (others.length > 0) return refuse('ambiguous_alg');
  return jwk.kty === 'RSA' ? checkRsaKey(jwk, alg) : checkCurveKey(jwk, alg);
}

/** The one algorithm that a key names or, where it names none, those that its type leaves open. */
function candidates(jwk: JsonObject, accepted: readonly AlgorithmName[]): readonly AlgorithmName[] {
  const isFitting = (name: AlgorithmName) => algorithms[name].kty === jwk.kty && algorithms[name].crv === jwk.crv;
  return accepted.filter(
    (name) => isAlgorithmName(name) && isFitting(name) && (jwk.alg === undefined || jwk.alg === name),
  );
}

function allowsVerifying(operations: unknown): boolean {
  return operations === undefined || (Array.isArray(operations) && operations.join() === 'verify');
}

function checkCurveKey(jwk: JsonObject, alg: AlgorithmName): JwkResult {
  const { kty, crv, coordinateLength, signatureLength } = algorithms[alg];
  const coordinates = kty === 'EC' ? { x: jwk.x, y: jwk.y } : { x: jwk.x };
  if (!crv || !signatureLength) return refuse('malformed_key');
  if (Object.values(coordinates).some((value) => decode(value)?.length !== coordinateLength))
    return refuse('malformed_key');
  if (crv === 'Ed25519' && isSmallOrderPoint(String(jwk.x))) return refuse('weak_key');
  return { ok: true, key: { alg, members: { kty, crv, ...(coordinates as Record<string, string>) }, signatureLength } };
}

const shortestModulus = 2048;
const longestModulus = 8192;

function checkRsaKey({ n, e }: JsonObject, alg: AlgorithmName): JwkResult {
  const modulus = decode(n);
  const exponent = decode(e);
  if (!modulus?.[0] || !exponent?.[0]) return refuse('malformed_key');
  const bits = modulus.length * 8 - Math.clz32(modulus[0]) + 24;
  if (bits < shortestModulus || bits > longestModulus) return refuse('weak_key');
  // A large exponent makes each verification slow, an even one or 1 makes it none.
  if (exponent.length > 4 || toBigInt(exponent) < 3n || toBigInt(exponent) % 2n === 0n) return refuse('weak_key');
  if (hasRocaFingerprint(toBigInt(modulus))) return refuse('weak_key');
  return {
    ok: true,
    key: { alg, members: { kty: 'RSA', n: String(n), e: String(e) }, signatureLength: modulus.length },
  };
}

function decode(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' ? decodeBase64url(value) : undefined;
}

function toBigInt(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function refuse(reason: JwkFault): JwkResult {
  return { ok: false, reason };
}
