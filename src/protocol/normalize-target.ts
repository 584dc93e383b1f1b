/**
 * The address of a request as a DPoP proof names it (RFC 9449 section 4.2, `htu`): without query and fragment, and
 * normalised (RFC 3986 sections 6.2.2 and 6.2.3), so that two ways of writing one address are equal.
 */

/** Part of every runtime this runs in, though not of the language. */
declare const URL: {
  canParse(url: string): boolean;
  new (url: string): Readonly<Record<'protocol' | 'username' | 'password' | 'origin' | 'pathname', string>>;
};

/** The normal form of an http or https URL without user, or `undefined` where `text` is none. */
export function normalizeTarget(text: string): string | undefined {
  // What a browser would mend, such as blanks and backslashes, is nothing that a client would sign.
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const { username, password, origin, pathname } = new URL(text);
  return username + password === '' ? origin + pathname.replace(/%[0-9a-f]{2}/gi, normalizeEscape) : undefined;
}

/** An escape of what needs none is that character; any other is written with capitals. */
function normalizeEscape(escaped: string): string {
  const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(character) ? character : escaped.toUpperCase();
}
