/**
 * A hook for Fastify, `onRequest` or later; as `preValidation` or `preHandler` it also sees tokens in form bodies, to refuse
 * them. Claims are then in `request.auth`.
 */
import type { AccessTokenClaims } from '../../protocol/access-token.ts';
import type { Verifier } from '../create-verifier.ts';
import { type Requirement, resolveRequirement } from '../requirement.ts';
import { type NodeRequest, toBearerRequest } from './node-request.ts';

/** As much of the request as is used. */
export interface FastifyRequest extends NodeRequest {
  /** The request of Node that it is made of. */
  readonly raw?: Pick<NodeRequest, 'headersDistinct'>;
  auth?: AccessTokenClaims;
}

/** As much of the reply as is used. */
export interface FastifyReply {
  code(status: number): FastifyReply;
  headers(headers: Record<string, string>): FastifyReply;
  send(body: string): FastifyReply;
}

/** Lets through requests with a valid access token that meets `requirement`; answers the others. */
export function requireAccessToken(
  verifier: Pick<Verifier, 'authenticate'>,
  requirement: Requirement = {},
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined> {
  resolveRequirement(requirement);
  return async (request, reply) => {
    const { url, method, headers, body, raw } = request;
    const asked = toBearerRequest({ url, method, headers, body, headersDistinct: raw?.headersDistinct });
    const result = await verifier.authenticate(asked, requirement);
    if (!result.ok) {
      return reply.code(result.error.status).headers(result.error.toHeaders()).send(JSON.stringify(result.error));
    }
    request.auth = result.claims;
    return undefined;
  };
}
