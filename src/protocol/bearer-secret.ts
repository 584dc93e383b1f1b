/**
 * Which texts can be a secret that two servers share and one of them presents as a bearer credential.
 */

/** What is to be said of a text that is none. */
export const bearerSecretRule = '32 characters or more, of letters, digits and -._~+/';

/**
 * Whether `text` is such a secret: too long to be guessed, and a credential as RFC 6750 section 2.1 has it. Of anything else `fetch`
 * complains by quoting it, which ends up in logs.
 */
export function isBearerSecret(text: string): boolean {
  return /^[A-Za-z0-9._~+/-]{32,}=*$/.test(text);
}
