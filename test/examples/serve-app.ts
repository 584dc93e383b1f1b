/**
 * Serves an example of each framework on a free port of loopback until the test is over, and gives its address.
 */
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Application } from 'express';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';

type Fetch = Parameters<typeof serve>[0]['fetch'];

export function serveFetch(fetch: Fetch): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(listening(server)));
  return promise;
}

export function serveExpress(app: Application): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const server: Server = app.listen(0, '127.0.0.1', () => resolve(listening(server)));
  return promise;
}

export async function serveFastify(app: FastifyInstance): Promise<string> {
  onTestFinished(() => app.close());
  return await app.listen({ port: 0, host: '127.0.0.1' });
}

function listening(server: { address(): unknown; close(): unknown }): string {
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { readonly port: number }).port}`;
}
