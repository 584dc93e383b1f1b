/**
 * The text that a JWK's thumbprint is the hash of (RFC 7638 section 3.1). Hashing is for whoever asks.
 */

/** The members that count, in the order that counts (RFC 7638 section 3.2, RFC 8037 section 2). */
const members: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** The canonical text of a public or private JWK. Throws a `TypeError` for a key type it does not know. */
export function canonicalJwk(jwk: object): string {
  const values = jwk as Readonly<Record<string, unknown>>;
  const names = members[String(values.kty)];
  if (names === undefined) throw new TypeError('a JWK of this key type has no thumbprint here');
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, values[name]])));
}
