/**
 * Private keys at rest: AES-256-GCM under a key derived from a root secret, bound to a name.
 * Layout: root-key id 1 B | nonce 12 B | tag 16 B | ciphertext.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { RootKeys } from './root-secrets.ts';

const algorithm = 'aes-256-gcm';
const nonceEnd = 13;
const tagEnd: number = nonceEnd + 16;

/** Seals `secret` under the newest root secret. */
export function seal(rootKeys: RootKeys, name: string, secret: Uint8Array): Uint8Array {
  const { id, derive } = rootKeys.newest;
  const nonce = randomBytes(12);
  const cipher = createCipheriv(algorithm, derive('signing-key'), nonce).setAAD(Buffer.from(name));
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([Buffer.of(id), nonce, cipher.getAuthTag(), ciphertext]);
}

/** Which root secret something was sealed under. */
export function sealedUnder(sealed: Uint8Array): number | undefined {
  return sealed[0];
}

/** Opens what `seal` made, or gives `undefined` where no configured root secret fits or it was tampered with. */
export function unseal(rootKeys: RootKeys, name: string, sealed: Uint8Array): Buffer | undefined {
  const key = rootKeys.find(sealedUnder(sealed) ?? -1);
  if (key === undefined || sealed.length < tagEnd) return undefined;
  try {
    const decipher = createDecipheriv(algorithm, key.derive('signing-key'), sealed.subarray(1, nonceEnd), {
      authTagLength: tagEnd - nonceEnd,
    });
    decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(nonceEnd, tagEnd));
    return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
  } catch {
    return undefined;
  }
}
