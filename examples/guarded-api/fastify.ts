/**
 * An API on Fastify.
 */
import fastify, { type FastifyInstance } from 'fastify';
import type { AccessTokenClaims, Verifier } from 'tallystick/verifier';
import { requireAccessToken } from 'tallystick/verifier/fastify';

declare module 'fastify' {
  interface FastifyRequest {
    auth?: AccessTokenClaims;
  }
}

export function createFastifyApp(verifier: Verifier): FastifyInstance {
  const app = fastify();
  const onRequest = requireAccessToken(verifier, { scope: 'transfers' });
  app.get('/transfers', { onRequest }, async (request) => ({ transfers: [], of: request.auth?.sub }));
  return app;
}
