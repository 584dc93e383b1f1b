/**
 * A client's key for a test, and proofs by it (RFC 9449 section 4.2), good ones and any others.
 */
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

export type ProofParts = Readonly<Record<string, unknown>>;

/** What a good proof says; `header` and `claims` replace what they name, and leave out what they name as undefined. */
export interface ProofOrder {
  readonly method?: string;
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly nonce?: string | undefined;
  /** The access token beside it. */
  readonly accessToken?: string;
  readonly header?: ProofParts;
  readonly claims?: ProofParts;
}

export interface ProofKey {
  readonly thumbprint: string;
  readonly jwk: Readonly<Record<string, string>>;
  readonly privateJwk: Readonly<Record<string, string>>;
  prove(order: ProofOrder): string;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

export function createProofKey(algorithm: 'ES256' | 'Ed25519' = 'ES256'): ProofKey {
  const { publicKey, privateKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' }) as Record<string, string>;
  const members = Object.entries(jwk).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    thumbprint: sha256(JSON.stringify(Object.fromEntries(members))),
    jwk,
    privateJwk: privateKey.export({ format: 'jwk' }) as Record<string, string>,
    prove: ({ method = 'POST', url, now, nonce, accessToken, header, claims }) => {
      const head = { typ: 'dpop+jwt', alg: algorithm, jwk, ...header };
      const payload = {
        jti: randomUUID(),
        htm: method,
        htu: url,
        iat: Math.floor(now / 1000),
        nonce,
        ath: accessToken === undefined ? undefined : sha256(accessToken),
        ...claims,
      };
      const input = `${encode(head)}.${encode(payload)}`;
      const hash = algorithm === 'ES256' ? 'sha256' : null;
      const signature = sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${input}.${signature.toString('base64url')}`;
    },
  };
}
