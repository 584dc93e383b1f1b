/**
 * Tallystick below `/auth` of an application on Hono.
 */
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import type { Tallystick } from 'tallystick/server';

export function createHonoApp(auth: Tallystick): Hono {
  const app = new Hono();
  app.all('/auth/*', (context) =>
    auth.handler(context.req.raw, { remoteAddress: getConnInfo(context).remote.address }),
  );
  app.post('/echo', async (context) => context.json(await context.req.json()));
  return app;
}
