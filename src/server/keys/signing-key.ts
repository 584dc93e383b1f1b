/**
 * One signing key: made, sealed for the store, and opened again; or derived from a root secret, wherever it is needed.
 */
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { PublicJwk } from '../../protocol/wire.ts';
import type { SigningKeyRecord } from '../../stores/store.ts';
import { algorithms, isSigningAlgorithm, type SigningAlgorithm } from './algorithms.ts';
import type { RootKey, RootKeys } from './root-secrets.ts';
import { seal, unseal } from './seal.ts';
import { jwkThumbprint } from './thumbprint.ts';

/** A key ready to sign and check with. */
export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  readonly algorithm: SigningAlgorithm;
  readonly publicKey: KeyObject;
  /** For the signer alone. */
  readonly privateKey: KeyObject;
}

/** Makes a new key. It signs from `signsFrom` on, and is published at once. */
export function generateSigningKey(
  algorithm: SigningAlgorithm,
  rootKeys: RootKeys,
  { createdAt, signsFrom }: Pick<SigningKeyRecord, 'createdAt' | 'signsFrom'>,
): SigningKeyRecord {
  const { publicKey, privateKey } = algorithms[algorithm].generate();
  const publicJwk = toPublicJwk(publicKey, algorithm);
  const { kid } = publicJwk;
  const sealedPrivateKey = seal(rootKeys, kid, privateKey.export({ format: 'der', type: 'pkcs8' }));
  return { kid, publicJwk, sealedPrivateKey, createdAt, signsFrom, publishedUntil: null };
}

/**
 * Opens a stored key. Rejects with a `TypeError` about the option `secrets` where no root secret opens it, and an `Error` where
 * the private part does not belong to the public one. Either names the `kid` and nothing else of the key.
 */
export async function openSigningKey(record: SigningKeyRecord, rootKeys: RootKeys): Promise<SigningKey> {
  const { kid, publicJwk, sealedPrivateKey } = record;
  const der = unseal(rootKeys, kid, sealedPrivateKey);
  if (der === undefined) throw notOpened(kid);
  if (!isSigningAlgorithm(publicJwk.alg)) throw new Error(`signing key ${kid}: its algorithm is not known`);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey({ key: { ...publicJwk }, format: 'jwk' });
  const { sign, verify } = algorithms[publicJwk.alg];
  const probe = Buffer.from(kid);
  if (!verify(probe, publicKey, await sign(probe, privateKey)))
    throw new Error(`signing key ${kid}: its two parts do not match`);
  return { kid, publicJwk, algorithm: publicJwk.alg, publicKey, privateKey };
}

/** The key of a root secret: the same on every server that has the secret and the issuer. */
export function deriveSigningKey(rootKey: RootKey, algorithm: SigningAlgorithm): SigningKey {
  const { seedLength, derive } = algorithms[algorithm];
  const seed = hkdfSync('sha256', rootKey.derive('derived-signing-key'), '', `tallystick ${algorithm}`, seedLength);
  const privateKey = derive(Buffer.from(seed));
  const publicKey = createPublicKey(privateKey);
  const publicJwk = toPublicJwk(publicKey, algorithm);
  return { kid: publicJwk.kid, publicJwk, algorithm, publicKey, privateKey };
}

/** The same key, sealed under the newest root secret. */
export function resealSigningKey(record: SigningKeyRecord, rootKeys: RootKeys): SigningKeyRecord {
  const der = unseal(rootKeys, record.kid, record.sealedPrivateKey);
  if (der === undefined) throw notOpened(record.kid);
  return { ...record, sealedPrivateKey: seal(rootKeys, record.kid, der) };
}

function toPublicJwk(publicKey: KeyObject, algorithm: SigningAlgorithm): PublicJwk {
  const jwk = publicKey.export({ format: 'jwk' });
  return { ...jwk, kid: jwkThumbprint(jwk), alg: algorithm, use: 'sig' } as PublicJwk;
}

function notOpened(kid: string): TypeError {
  return new TypeError(`secrets: none of the root secrets opens the signing key ${kid}`);
}
