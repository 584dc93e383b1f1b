/**
 * Tallystick for whatever serves by `node:http`.
 */
import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Tallystick } from 'tallystick/server';

export function createListener(auth: Tallystick): RequestListener {
  return getRequestListener((request, { incoming }) =>
    auth.handler(request, { remoteAddress: incoming.socket.remoteAddress }),
  );
}
