/**
 * Middleware for Express, and for anything else that calls `(request, response, next)`. Claims are then in `request.auth`.
 */
import type { AccessTokenClaims } from '../../protocol/access-token.ts';
import type { Verifier } from '../create-verifier.ts';
import { type Requirement, resolveRequirement } from '../requirement.ts';
import { type NodeRequest, toBearerRequest } from './node-request.ts';

/** As much of the request as is used. */
export interface ExpressRequest extends NodeRequest {
  /** The URL as it was before routers took parts of it off. */
  readonly originalUrl?: string;
  auth?: AccessTokenClaims;
}

/** As much of the response as is used. */
export interface ExpressResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
}

/** Lets through requests with a valid access token that meets `requirement`; answers the others. */
export function requireAccessToken(
  verifier: Pick<Verifier, 'authenticate'>,
  requirement: Requirement = {},
): (request: ExpressRequest, response: ExpressResponse, next: () => void) => Promise<void> {
  resolveRequirement(requirement);
  return async (request, response, next) => {
    const result = await verifier.authenticate(toBearerRequest(request, request.originalUrl), requirement);
    if (result.ok) {
      request.auth = result.claims;
      return next();
    }
    response.writeHead(result.error.status, result.error.toHeaders());
    response.end(JSON.stringify(result.error));
  };
}
