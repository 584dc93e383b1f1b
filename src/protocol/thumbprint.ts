/**
 * What names a key: its JWK thumbprint (RFC 7638) with SHA-256, in base64url.
 */

/** Whether `text` has the form of one. Whose key it names, if anybody's, is for a proof to show. */
export function isThumbprint(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}
