/**
 * The signature algorithms of access tokens, as a table: fully specified ones only (RFC 9864), asymmetric ones only. One
 * private key signs exactly one algorithm.
 */
import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';

/** The `alg` values that access tokens can be signed with. */
export type SigningAlgorithm = 'ES256' | 'Ed25519';

export interface Algorithm {
  generate(): { publicKey: KeyObject; privateKey: KeyObject };
  /** Signs on a thread of the pool, so that the event loop has the time for others. */
  sign(input: Buffer, privateKey: KeyObject): Promise<Buffer>;
  verify(input: Buffer, publicKey: KeyObject, signature: Uint8Array): boolean;
}

const signAside = promisify(sign);

const coordinateLength = 32;

/** Every algorithm by its `alg` value. */
export const algorithms: Readonly<Record<SigningAlgorithm, Algorithm>> = {
  ES256: {
    generate: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    // Asking Node for the encoding that JWS wants costs more than twice the signature itself.
    sign: async (input, key) => toP1363(await signAside('sha256', input, key)),
    verify: (input, key, signature) => verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature),
  },
  Ed25519: {
    generate: () => generateKeyPairSync('ed25519'),
    sign: (input, key) => signAside(null, input, key),
    verify: (input, key, signature) => verify(null, input, key, signature),
  },
};

/** `SEQUENCE { r INTEGER, s INTEGER }` as r and s of 32 bytes each (RFC 7518 section 3.4). */
function toP1363(der: Buffer): Buffer {
  const signature = Buffer.alloc(2 * coordinateLength);
  const rLength = der.readUInt8(3);
  const sStart = 4 + rLength + 2;
  // An integer has a leading zero byte where its first bit is set, and none where it is short.
  placeInteger(der.subarray(4, 4 + rLength), signature.subarray(0, coordinateLength));
  placeInteger(der.subarray(sStart), signature.subarray(coordinateLength));
  return signature;
}

function placeInteger(integer: Buffer, target: Buffer): void {
  const digits = integer.subarray(Math.max(integer.length - coordinateLength, 0));
  digits.copy(target, coordinateLength - digits.length);
}

export function isSigningAlgorithm(name: string): name is SigningAlgorithm {
  return Object.hasOwn(algorithms, name);
}
