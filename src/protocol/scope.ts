/**
 * Which scopes can be asked for.
 */

/** Whether `text` is a scope: one or more values with one space between them (RFC 6749 section 3.3), 1,000 characters at most. */
export function isScope(text: string): boolean {
  return text.length <= 1000 && /^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/.test(text);
}
