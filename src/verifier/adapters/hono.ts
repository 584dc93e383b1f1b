/**
 * Middleware for Hono. Claims are then in `context.get('auth')`.
 */
import type { AccessTokenClaims } from '../../protocol/access-token.ts';
import type { Verifier } from '../create-verifier.ts';
import { type Requirement, resolveRequirement } from '../requirement.ts';

/** As much of Hono's context as is used. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  set(name: 'auth', claims: AccessTokenClaims): void;
}

/** Lets through requests with a valid access token that meets `requirement`; answers the others. */
export function requireAccessToken(
  verifier: Pick<Verifier, 'authenticate'>,
  requirement: Requirement = {},
): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  resolveRequirement(requirement);
  return async (context, next) => {
    const result = await verifier.authenticate(context.req.raw, requirement);
    if (!result.ok) return result.error.toResponse();
    context.set('auth', result.claims);
    await next();
    return undefined;
  };
}
