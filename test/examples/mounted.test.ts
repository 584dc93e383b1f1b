// The guide's examples of Tallystick below a path of an application, on the real frameworks: it answers there with what it
// needs to know, and the application answers everywhere else as ever.
import { describe, expect, it, onTestFinished } from 'vitest';
import { createExpressApp } from '../../examples/mounted/express.ts';
import { createFastifyApp } from '../../examples/mounted/fastify.ts';
import { createHonoApp } from '../../examples/mounted/hono.ts';
import { createListener } from '../../examples/mounted/listener.ts';
import { createTallystick, type Tallystick } from '../../src/server/index.ts';
import { createMemoryStore } from '../../src/stores/memory/index.ts';
import { expectShown } from './expect-shown.ts';
import { serveExpress, serveFastify, serveFetch } from './serve-app.ts';

const apps: Readonly<Record<string, (auth: Tallystick) => Promise<string>>> = {
  express: (auth) => serveExpress(createExpressApp(createListener(auth))),
  fastify: (auth) => serveFastify(createFastifyApp(createListener(auth))),
  hono: (auth) => serveFetch(createHonoApp(auth).fetch),
};

function createAuth(): Tallystick {
  const auth = createTallystick({
    issuer: 'https://app.example/auth',
    store: createMemoryStore(),
    secrets: ['the root secret of these examples'],
    authenticate: async ({ username }) => ({ authenticated: true, subject: username }),
  });
  onTestFinished(() => auth.close());
  return auth;
}

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

describe.each(Object.entries(apps))('the example for %s', (_name, start) => {
  it('signs in with JSON, refreshes with a form, and knows the address of whoever asks', async () => {
    const url = await start(createAuth());
    const signedIn = await fetch(`${url}/auth/login`, json({ username: 'carol', password: 'right' }));
    expect(signedIn.status).toBe(200);
    const { refresh_token: token, access_token: access } = (await signedIn.json()) as Record<string, string>;
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token ?? '' });
    expect((await fetch(`${url}/auth/token`, { method: 'POST', body: form })).status).toBe(200);
    const devices = await fetch(`${url}/auth/devices`, { headers: { Authorization: `Bearer ${access}` } });
    expect(await devices.json()).toMatchObject({ devices: [{ last_ip: '127.0.0.1', current: true }] });
  });

  it('answers what is not there below its path, and leaves the application its own bodies', async () => {
    const url = await start(createAuth());
    const missing = await fetch(`${url}/auth/nothing`);
    expect([missing.status, await missing.json()]).toMatchObject([404, { error: 'not_found' }]);
    const echoed = await fetch(`${url}/echo`, json({ amount: 5 }));
    expect([echoed.status, await echoed.json()]).toEqual([200, { amount: 5 }]);
  });
});

it('is shown word for word on the page about a server of your own', () => {
  expectShown('docs/mounting.md', 4);
});
