/**
 * Which scopes can be asked for.
 */

/** Whether `text` is a scope: one or more values with one space between them, 1,000 characters at most. */
export function isScope(text: string): boolean {
  return text.length <= 1000 && text.split(' ').every(isScopeValue);
}

/** Whether `text` is one value of a scope (RFC 6749 section 3.3). Anything else could break out of a header that it is quoted in. */
export function isScopeValue(text: string): boolean {
  return /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(text);
}
