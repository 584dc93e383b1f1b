/**
 * Tallystick below `/auth` of an application on Fastify.
 */
import type { RequestListener } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';

export function createFastifyApp(listener: RequestListener): FastifyInstance {
  const app = fastify();
  app.register((scope, _options, registered) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all('/auth/*', (request, reply) => {
      reply.hijack();
      listener(request.raw, reply.raw);
    });
    registered();
  });
  app.post('/echo', async (request) => request.body);
  return app;
}
