/**
 * The challenge of a 401 for whoever should have shown a good access token.
 */
import { proofAlgorithms } from '../../protocol/dpop-proof.ts';
import type { Context } from '../context.ts';

/** How an access token is presented: by whoever has it, or by the holder of the key it is bound to (RFC 9449 section 7.1). */
export type TokenScheme = 'Bearer' | 'DPoP';

/**
 * The `WWW-Authenticate` header (RFC 6750 section 3), which always has a parameter: the realm. A request without credentials
 * gets nothing more (section 3.1).
 */
export function challenge(
  { settings: { issuer } }: Context,
  scheme: TokenScheme,
  parameters: Readonly<Record<string, string>> = {},
): { readonly 'WWW-Authenticate': string } {
  const ofScheme = scheme === 'DPoP' ? { algs: proofAlgorithms.join(' ') } : {};
  const all = Object.entries({ realm: issuer.origin, ...parameters, ...ofScheme });
  return { 'WWW-Authenticate': `${scheme} ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}` };
}
