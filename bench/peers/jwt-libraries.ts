/**
 * fast-jwt, jsonwebtoken and jose, set up as their documentation says: one algorithm, issuer, audience, a key that is read
 * once, and fast-jwt with its cache. The first two do not know the name `Ed25519` (RFC 9864), so they are asked about ES256.
 */
import { createPublicKey } from 'node:crypto';
import { createVerifier } from 'fast-jwt';
import { importJWK, type JWK, jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
import type { PeerOrder, PeerVerifiers } from '../peer-verifiers.ts';

export async function createPeers({ jwk, issuer, audience }: PeerOrder): Promise<PeerVerifiers> {
  const { alg } = jwk;
  const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const joseKey = await importJWK({ ...jwk } as JWK, alg);
  const joseOptions = { algorithms: [alg], issuer, audience, typ: 'at+jwt' };
  const known = { algorithms: ['ES256' as const], allowedIss: issuer, allowedAud: audience };
  return {
    fastJwt: alg === 'ES256' ? createVerifier({ ...known, key: pem, cache: true }) : undefined,
    jsonwebtoken:
      alg === 'ES256'
        ? (token) => jwt.verify(token, publicKey, { algorithms: ['ES256'], issuer, audience })
        : undefined,
    jose: (token) => jwtVerify(token, joseKey, joseOptions),
  };
}
