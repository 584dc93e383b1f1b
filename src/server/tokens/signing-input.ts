/**
 * What the signature or the MAC of a JWT is made over.
 */

/** Header and claims as the first two parts of a compact JWS (RFC 7515 section 5.1). Members that are undefined are left out. */
export function signingInput(header: object, claims: object): string {
  return `${encodeJson(header)}.${encodeJson(claims)}`;
}

function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
