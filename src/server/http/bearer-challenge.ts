/**
 * The challenge of a 401 for whoever should have shown a good access token.
 */
import type { Context } from '../context.ts';

/**
 * The `WWW-Authenticate` header with a Bearer challenge (RFC 6750 section 3), which always has a parameter: the realm. A
 * request without credentials gets nothing more (section 3.1).
 */
export function bearerChallenge(
  { settings: { issuer } }: Context,
  parameters: Readonly<Record<string, string>> = {},
): { readonly 'WWW-Authenticate': string } {
  const all = Object.entries({ realm: issuer.origin, ...parameters });
  return { 'WWW-Authenticate': `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}` };
}
