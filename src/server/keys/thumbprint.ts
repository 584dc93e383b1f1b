/**
 * JWK thumbprints (RFC 7638), with SHA-256.
 */
import { createHash } from 'node:crypto';
import { canonicalJwk } from '../../protocol/canonical-jwk.ts';

/** The thumbprint of a public or private JWK as base64url. Throws a `TypeError` for a key type it does not know. */
export function jwkThumbprint(jwk: object): string {
  return createHash('sha256').update(canonicalJwk(jwk)).digest('base64url');
}
