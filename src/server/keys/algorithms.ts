/**
 * The signature algorithms of access tokens, as a table: fully specified ones only (RFC 9864), asymmetric ones only. One
 * private key signs exactly one algorithm.
 */
import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** The `alg` values that access tokens can be signed with. */
export type SigningAlgorithm = 'ES256' | 'Ed25519';

export interface Algorithm {
  generate(): { publicKey: KeyObject; privateKey: KeyObject };
  sign(input: Buffer, privateKey: KeyObject): Buffer;
  verify(input: Buffer, publicKey: KeyObject, signature: Uint8Array): boolean;
}

const dsaEncoding = 'ieee-p1363';

/** Every algorithm by its `alg` value. */
export const algorithms: Readonly<Record<SigningAlgorithm, Algorithm>> = {
  ES256: {
    generate: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    sign: (input, key) => sign('sha256', input, { key, dsaEncoding }),
    verify: (input, key, signature) => verify('sha256', input, { key, dsaEncoding }, signature),
  },
  Ed25519: {
    generate: () => generateKeyPairSync('ed25519'),
    sign: (input, key) => sign(null, input, key),
    verify: (input, key, signature) => verify(null, input, key, signature),
  },
};

export function isSigningAlgorithm(name: string): name is SigningAlgorithm {
  return Object.hasOwn(algorithms, name);
}
