/**
 * The signature algorithms a verifier knows, as a table (RFC 7518 section 3, RFC 9864): asymmetric ones only, so that no
 * public key can ever be taken for a shared secret. Which of them a verifier accepts is its configuration.
 */

/** What one algorithm asks of a key and a signature, and how both kinds of cryptography name it. */
export interface Algorithm {
  readonly kty: 'EC' | 'OKP' | 'RSA';
  readonly crv?: 'P-256' | 'P-384' | 'P-521' | 'Ed25519';
  /** Bytes of each coordinate of the public key, where it has coordinates. */
  readonly coordinateLength?: number;
  /** Bytes of a signature; for RSA those of the modulus. */
  readonly signatureLength?: number;
  readonly node: {
    readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
    /** Absent where the key alone says how it is used. */
    readonly options?: { readonly padding: number; readonly saltLength: number };
  };
  readonly web: {
    readonly importing: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
    readonly verifying: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
  };
}

type HashBits = 256 | 384 | 512;

/** `RSA_PKCS1_PSS_PADDING` of `node:crypto`. */
const pssPadding = 6;

function ecdsa(bits: HashBits, crv: 'P-256' | 'P-384' | 'P-521', coordinateLength: number): Algorithm {
  return {
    kty: 'EC',
    crv,
    coordinateLength,
    signatureLength: 2 * coordinateLength,
    node: { hash: `sha${bits}` },
    web: { importing: { name: 'ECDSA', namedCurve: crv }, verifying: { name: 'ECDSA', hash: `SHA-${bits}` } },
  };
}

function rsa(bits: HashBits): Algorithm {
  const name = 'RSASSA-PKCS1-v1_5';
  return {
    kty: 'RSA',
    node: { hash: `sha${bits}` },
    web: { importing: { name, hash: `SHA-${bits}` }, verifying: { name } },
  };
}

function rsaPss(bits: HashBits): Algorithm {
  const name = 'RSA-PSS';
  const saltLength = bits / 8;
  return {
    kty: 'RSA',
    node: { hash: `sha${bits}`, options: { padding: pssPadding, saltLength } },
    web: { importing: { name, hash: `SHA-${bits}` }, verifying: { name, saltLength } },
  };
}

const ed25519: Algorithm = {
  kty: 'OKP',
  crv: 'Ed25519',
  coordinateLength: 32,
  signatureLength: 64,
  node: { hash: null },
  web: { importing: { name: 'Ed25519' }, verifying: { name: 'Ed25519' } },
};

/** The `alg` values that can be configured. */
export type AlgorithmName =
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'Ed25519'
  | 'EdDSA'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'RS256'
  | 'RS384'
  | 'RS512';

/** Every algorithm by its `alg` value. */
export const algorithms: Readonly<Record<AlgorithmName, Algorithm>> = {
  ES256: ecdsa(256, 'P-256', 32),
  ES384: ecdsa(384, 'P-384', 48),
  ES512: ecdsa(512, 'P-521', 66),
  Ed25519: ed25519,
  // The name before RFC 9864, which left the curve open. Here it is that curve.
  EdDSA: ed25519,
  PS256: rsaPss(256),
  PS384: rsaPss(384),
  PS512: rsaPss(512),
  RS256: rsa(256),
  RS384: rsa(384),
  RS512: rsa(512),
};

/** What Tallystick signs with. */
export const defaultAlgorithms: readonly AlgorithmName[] = ['ES256', 'Ed25519'];

export function isAlgorithmName(name: unknown): name is AlgorithmName {
  return typeof name === 'string' && Object.hasOwn(algorithms, name);
}
