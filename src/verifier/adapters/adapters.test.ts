import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { FakeIssuer } from '../../../test/verifier/fake-issuer.ts';
import type { AccessTokenClaims } from '../index.ts';
import { type ExpressRequest, requireAccessToken as forExpress } from './express.ts';
import { type FastifyReply, type FastifyRequest, requireAccessToken as forFastify } from './fastify.ts';
import { requireAccessToken as forHono } from './hono.ts';

const issuer = new FakeIssuer();
const verifier = issuer.verifier();
type Ask = (path: string, headers?: HeadersInit, body?: string) => Promise<Response>;

const honoApp = new Hono<{ Variables: { auth: AccessTokenClaims } }>();
honoApp.use(forHono(verifier, { scope: 'read' }));
honoApp.all('/', (context) => context.text(context.get('auth').sub));
const askHono: Ask = async (path, headers = {}, body) =>
  honoApp.request(path, body === undefined ? { headers } : { headers, method: 'POST', body });

/** What Express calls, on the server that Express runs on. */
const askExpress: Ask = async (path, headers = {}, body) => {
  const guard = forExpress(verifier, { scope: 'read' });
  const server = createServer(async (request: IncomingMessage & ExpressRequest, response) => {
    const parsed = body === undefined ? undefined : Object.fromEntries(new URLSearchParams(body));
    await guard(Object.assign(request, { body: parsed }), response, () => response.end(request.auth?.sub));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const init = body === undefined ? { headers } : { headers, method: 'POST', body };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return new Response(await response.text(), response);
  } finally {
    server.close();
    server.closeAllConnections();
  }
};

/** What Fastify calls. */
const askFastify: Ask = async (path, headers = {}, body) => {
  const reply = new FakeReply();
  const parsed = body === undefined ? undefined : Object.fromEntries(new URLSearchParams(body));
  const request: FastifyRequest = { url: path, headers: Object.fromEntries(new Headers(headers)), body: parsed };
  const replied = await forFastify(verifier, { scope: 'read' })(request, reply);
  expect(replied).toBe(reply.sent === undefined ? undefined : reply);
  return new Response(reply.sent ?? request.auth?.sub ?? '', reply.init);
};

/** A reply of Fastify's that remembers. */
class FakeReply implements FastifyReply {
  readonly init: { status: number; headers: Record<string, string> } = { status: 200, headers: {} };
  sent: string | undefined;

  code(status: number): this {
    this.init.status = status;
    return this;
  }

  headers(headers: Record<string, string>): this {
    this.init.headers = headers;
    return this;
  }

  send(body: string): this {
    this.sent = body;
    return this;
  }
}

describe.each([
  ['Hono', askHono],
  ['Express', askExpress],
  ['Fastify', askFastify],
])('middleware for %s', (_, ask) => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('lets a good token through and hands on its claims', async () => {
    const response = await ask('/', bearer(issuer.token({ scope: 'read' })));
    expect([response.status, await response.text()]).toEqual([200, 'alice']);
  });

  it('answers a bad one with the challenge and the body of the wire', async () => {
    const response = await ask('/', bearer('junk'));
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="https://auth.example.com", error="invalid_token", error_description="A valid access token is needed."',
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ error: 'invalid_token' });
  });

  it('answers one without the scope with 403', async () => {
    expect((await ask('/', bearer(issuer.token()))).status).toBe(403);
  });

  it('answers a request without a token with 401, and one with a token in its address with 400', async () => {
    expect((await ask('/')).status).toBe(401);
    expect((await ask('/?access_token=x', bearer(issuer.token({ scope: 'read' })))).status).toBe(400);
  });

  it('answers one with a second token in a form with 400', async () => {
    const headers = {
      ...bearer(issuer.token({ scope: 'read' })),
      'content-type': 'application/x-www-form-urlencoded',
    };
    expect((await ask('/', headers, 'access_token=x')).status).toBe(400);
    expect((await ask('/', headers, 'a=x')).status).toBe(200);
  });
});

it('on Node, two headers are two tokens, though Node itself would drop the second', async () => {
  const guard = forExpress(verifier);
  const server = createServer((asked: IncomingMessage & ExpressRequest, response) =>
    guard(asked, response, () => response.end()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // As they stand: fetch would have made one of them before sending.
  const authorization = `Bearer ${issuer.token()}`;
  const statusOf = (headers: readonly string[]) =>
    new Promise((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', headers: ['host', 'localhost', ...headers] });
      sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      sent.end();
    });
  try {
    expect(await statusOf(['authorization', authorization])).toBe(200);
    expect(await statusOf(['authorization', authorization, 'authorization', authorization])).toBe(400);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

it.each([forHono, forExpress, forFastify])(
  'a requirement that is none is refused when the middleware is made',
  (make) => {
    expect(() => make(verifier, { scope: 'a"b' })).toThrow(/^scope: /);
    expect(() => make(verifier, { maxAge: -1 })).toThrow(/^maxAge: /);
  },
);
