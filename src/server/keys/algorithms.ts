/**
 * The signature algorithms of access tokens, as a table: fully specified ones only (RFC 9864), asymmetric ones only. One
 * private key signs exactly one algorithm.
 */
import { createECDH, createPrivateKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';

/** The `alg` values that access tokens can be signed with. */
export type SigningAlgorithm = 'ES256' | 'Ed25519';

export interface Algorithm {
  generate(): { publicKey: KeyObject; privateKey: KeyObject };
  /** How many bytes `derive` takes. */
  readonly seedLength: number;
  /** How many bytes a signature has, each of them. */
  readonly signatureLength: number;
  /** The private key that a secret seed of random bytes comes to: the same one each time. */
  derive(seed: Buffer): KeyObject;
  /** Signs on a thread of the pool, so that the event loop has the time for others. */
  sign(input: Buffer, privateKey: KeyObject): Promise<Buffer>;
  /** The same on this thread. */
  signNow(input: Buffer, privateKey: KeyObject): Buffer;
  verify(input: Buffer, publicKey: KeyObject, signature: Uint8Array): boolean;
}

const signAside = promisify(sign);

const coordinateLength = 32;
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ed25519Start = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Every algorithm by its `alg` value. */
export const algorithms: Readonly<Record<SigningAlgorithm, Algorithm>> = {
  ES256: {
    generate: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    // 128 bits more than the order has, so that reducing them favours no number (FIPS 186-5 appendix A.2.1).
    seedLength: 48,
    signatureLength: 2 * coordinateLength,
    derive: (seed) => toP256Key((BigInt(`0x${seed.toString('hex')}`) % (p256Order - 1n)) + 1n),
    // Asking Node for the encoding that JWS wants costs more than twice the signature itself.
    sign: async (input, key) => toP1363(await signAside('sha256', input, key)),
    signNow: (input, key) => toP1363(sign('sha256', input, key)),
    verify: (input, key, signature) => verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature),
  },
  Ed25519: {
    generate: () => generateKeyPairSync('ed25519'),
    seedLength: 32,
    signatureLength: 64,
    // RFC 8410 section 7: the seed is all there is to the key, and stands at its end.
    derive: (seed) => createPrivateKey({ key: Buffer.concat([ed25519Start, seed]), format: 'der', type: 'pkcs8' }),
    sign: (input, key) => signAside(null, input, key),
    signNow: (input, key) => sign(null, input, key),
    verify: (input, key, signature) => verify(null, input, key, signature),
  },
};

function toP256Key(number: bigint): KeyObject {
  const d = Buffer.from(number.toString(16).padStart(2 * coordinateLength, '0'), 'hex');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(d);
  const point = pair.getPublicKey();
  const x = point.subarray(1, 1 + coordinateLength);
  const y = point.subarray(1 + coordinateLength);
  const text = (part: Buffer) => part.toString('base64url');
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d: text(d), x: text(x), y: text(y) }, format: 'jwk' });
}

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
