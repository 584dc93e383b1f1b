/**
 * JWK thumbprints (RFC 7638), with SHA-256.
 */
import { createHash } from 'node:crypto';

/** The members that count, in the order that counts (RFC 7638 section 3.2, RFC 8037 section 2). */
const members: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** The thumbprint of a public or private JWK as base64url. Throws a `TypeError` for a key type it does not know. */
export function jwkThumbprint(jwk: object): string {
  const values = jwk as Readonly<Record<string, unknown>>;
  const names = members[String(values.kty)];
  if (names === undefined) throw new TypeError('a JWK of this key type has no thumbprint here');
  const canonical = JSON.stringify(Object.fromEntries(names.map((name) => [name, values[name]])));
  return createHash('sha256').update(canonical).digest('base64url');
}
