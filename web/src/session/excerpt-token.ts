/**
 * A token as people may see it.
 */

/** Enough of a token to compare two at a glance, and too little to use it. */
export function excerptToken(token: string): string {
  return `${token.slice(0, 8)}…${token.slice(-6)}`;
}
