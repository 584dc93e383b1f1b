/**
 * Tallystick as a library in a server of your own, with your own users and an API beside it.
 *
 *     TALLYSTICK_SECRET=… node --conditions=source examples/own-users/server.ts
 */
import { serve } from '@hono/node-server';
import { createTallystick } from 'tallystick/server';
import { createSqliteStore } from 'tallystick/stores/sqlite';
import { createVerifier } from 'tallystick/verifier';
import { checkYourUser } from './check-your-user.ts';

const issuer = 'http://localhost:3000';
const auth = createTallystick({
  issuer,
  store: createSqliteStore({ path: 'tallystick.db' }),
  secrets: [process.env.TALLYSTICK_SECRET ?? ''],
  authenticate: async ({ username, password }) => {
    const user = await checkYourUser(username, password);
    return user ? { authenticated: true, subject: user.id } : { authenticated: false };
  },
});
const verifier = createVerifier({ issuer, audience: issuer, jwks: auth.publicKeys, feed: auth.revocations });

async function handle(request: Request, remoteAddress: string | undefined): Promise<Response> {
  if (!new URL(request.url).pathname.startsWith('/api/')) return auth.handler(request, { remoteAddress });
  const caller = await verifier.authenticate(request);
  return caller.ok ? Response.json({ hello: caller.claims.sub }) : caller.error.toResponse();
}

serve({
  fetch: (request, { incoming }) => handle(request, incoming.socket.remoteAddress),
  port: 3000,
  hostname: '127.0.0.1',
});
