import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorStatus } from '../../src/protocol/errors.ts';
import { type Answer, expectStatus, issuer, openServer, type TestServer } from './open-server.ts';
import { basic, shopSecret, someClients } from './some-clients.ts';

const feedSecret = 'what-followers-of-the-feed-have-to-know';
const password = 'a password of some length';

function open(): Promise<TestServer> {
  return openServer({ clients: someClients, feedSecret, users: { ada: password } });
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into the document as it comes
async function readDocument(server: TestServer): Promise<any> {
  return expectStatus(await server.ask('GET', '/openapi.json'), 200).body;
}

function operationsOf(document: { readonly paths: object }): readonly string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

describe('the API’s description', () => {
  it('has every endpoint that the documentation of the wire has, and no other', async () => {
    const text = readFileSync(new URL('../../docs/wire.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => /^\| `(GET|POST|PATCH|DELETE) \//.test(line));
    const documented = rows.flatMap((row) =>
      [...(row.split('|')[1]?.matchAll(/`(\w+ \S+)`/g) ?? [])].map(([, name]) => name),
    );
    const described = operationsOf(await readDocument(await open())).map((name) => name.replace(/\{(\w+)\}/g, ':$1'));
    expect(described.toSorted()).toEqual(documented.toSorted());
    expect(described.length).toBeGreaterThan(15);
  });

  it('has paths that exist, with the methods that they take and no others', async () => {
    const server = await open();
    const { paths } = await readDocument(server);
    for (const [path, methods] of Object.entries<object>(paths)) {
      const url = path.replace('{id}', 'unknown');
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE', 'PUT']) {
        const { status, body } = await server.ask(method, url);
        const isThere = status !== 405 && body?.error !== 'not_found';
        expect(isThere, `${method} ${path} is ${status}`).toBe(method.toLowerCase() in methods);
      }
    }
  });

  it('says of requests what the routes check', async () => {
    const { paths } = await readDocument(await open());
    const login = paths['/login'].post.requestBody.content['application/json'].schema;
    expect(login.required).toEqual(['username', 'password']);
    expect(login.properties).toMatchObject({
      username: { type: 'string', maxLength: 128 },
      token_delivery: { enum: ['body', 'cookie'] },
      remember: { type: 'boolean' },
    });
    const token = paths['/token'].post.requestBody.content;
    expect(Object.keys(token)).toEqual(['application/x-www-form-urlencoded']);
    expect(Object.keys(paths['/logout'].post.requestBody.content)).toHaveLength(2);
    expect(paths['/devices/{id}'].patch.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    ]);
    expect(paths['/revocations'].get.parameters).toEqual([{ name: 'after', in: 'query', schema: { type: 'string' } }]);
    expect(paths['/introspect'].post.security).toEqual([{ client_secret: [] }]);
  });

  it('says of answers what they are', async () => {
    const server = await open();
    const document = await readDocument(server);
    const expectDescribed = (name: string, answer: Answer) => {
      const [method = '', path = ''] = name.split(' ');
      const response = document.paths[path][method.toLowerCase()].responses[answer.status];
      const schema = z.fromJSONSchema(response.content['application/json'].schema);
      expect(() => schema.parse(answer.body), `${name}: ${answer.text}`).not.toThrow();
      return schema;
    };
    const credentials = { json: { username: 'ada', password, scope: 'accounts' } };
    const signedIn = expectStatus(await server.ask('POST', '/login', credentials), 200);
    const schema = expectDescribed('POST /login', signedIn);
    expect(() => schema.parse({ ...signedIn.body, expires_in: '900' })).toThrow();
    const { access_token: bearer, refresh_token, device_id } = signedIn.body;
    await server.advance(60);
    expectDescribed('POST /token', await server.refresh(refresh_token));
    for (const path of ['/me', '/devices']) expectDescribed(`GET ${path}`, await server.ask('GET', path, { bearer }));
    const renamed = await server.ask('PATCH', `/devices/${device_id}`, { bearer, json: { name: 'Laptop' } });
    expectDescribed('PATCH /devices/{id}', expectStatus(renamed, 200));
    expectDescribed('DELETE /devices', expectStatus(await server.ask('DELETE', '/devices', { bearer }), 200));
    const headers = basic('shop:1', shopSecret);
    for (const token of [bearer, refresh_token, 'neither']) {
      expectDescribed('POST /introspect', await server.ask('POST', '/introspect', { form: { token }, headers }));
    }
    expectDescribed('POST /revoke', await server.ask('POST', '/revoke', { form: { token: refresh_token } }));
    await server.auth.revokeSessions('somebody else');
    await server.auth.revokeSession(signedIn.body.session_id);
    expectDescribed('GET /revocations', await server.ask('GET', '/revocations', { bearer: feedSecret }));
    const others = ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server', '/healthz', '/readyz'];
    for (const path of [...others, '/openapi.json']) expectDescribed(`GET ${path}`, await server.ask('GET', path));
  });

  it('has the errors of each endpoint under their status', async () => {
    const document = await readDocument(await open());
    expect(document.paths['/token'].post.responses['400'].description).toContain('invalid_grant');
    expect(document.paths['/me'].get.responses['401'].description).toContain('invalid_dpop_proof');
    expect(document.paths['/login'].post.responses['400'].description).toContain('invalid_dpop_proof');
    const told = JSON.stringify(document.paths);
    const ofTheEdge = ['method_not_allowed', 'insufficient_scope'];
    for (const code of Object.keys(errorStatus)) expect(told.includes(code), code).toBe(!ofTheEdge.includes(code));
    expect(document.components.schemas.Error.required).toEqual(['error', 'error_description']);
  });

  it('is below the issuer, and names it', async () => {
    const server = await openServer({ issuer: `${issuer}/auth` });
    const { servers, paths } = await readDocument(server);
    expect(servers).toEqual([{ url: `${issuer}/auth` }]);
    expect(Object.keys(paths)).toContain('/login');
  });
});
