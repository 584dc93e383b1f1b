// Attack: have a victim's browser send its cookies on behalf of another page.
import { beforeEach, describe, expect, it } from 'vitest';
import { expectError, expectStatus, issuer, openServer, type TestServer } from '../../server/open-server.ts';

let server: TestServer;
let sid: string;
let cookie: string;

/** What the victim's own page sends. */
const own = (): Record<string, string> => ({ Origin: issuer, 'Tallystick-Client': sid, Cookie: cookie });

beforeEach(async () => {
  server = await openServer({ allowedOrigins: ['https://app.example'] });
  const answer = await server.ask('POST', '/login', {
    json: { username: 'ada', password: 'right', token_delivery: 'cookie' },
    headers: { Origin: issuer, 'Tallystick-Client': 'new' },
  });
  sid = expectStatus(answer, 200).body.session_id;
  cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
});

const without = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(own()).filter(([name]) => !names.includes(name)));

const origins = [
  'https://evil.example',
  'https://auth.example.evil.example',
  'https://evil-auth.example',
  'https://sub.auth.example',
  'http://auth.example',
  'https://auth.example:8443',
  'https://auth.example/',
  'HTTPS://AUTH.EXAMPLE',
  'null',
  '',
];

describe.each([
  ['refreshing', '/token', { form: { grant_type: 'refresh_token' } }],
  ['signing out', '/logout', {}],
])('%s by cookie', (_what, path, asked) => {
  it('works for the page itself', async () => {
    expect((await server.ask('POST', path, { ...asked, headers: own() })).status).toBeLessThan(300);
  });

  it.each(origins)('is refused to a page of %j', async (origin) => {
    const written = server.store.writes.length;
    const answer = await server.ask('POST', path, { ...asked, headers: { ...own(), Origin: origin } });
    expectError(answer, 403, 'forbidden_origin');
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(server.store.writes).toHaveLength(written);
  });

  it('is refused without an origin', async () => {
    expectError(await server.ask('POST', path, { ...asked, headers: without('Origin') }), 403, 'forbidden_origin');
  });

  it('is refused without the header that a form cannot send', async () => {
    const written = server.store.writes.length;
    const answer = await server.ask('POST', path, { ...asked, headers: without('Tallystick-Client') });
    expectError(answer, 400, 'invalid_request');
    expect(server.store.writes).toHaveLength(written);
  });

  it.each(['new', '*', 'x; Domain=evil.example', 'AAAA'])('is refused for the session %j', async (named) => {
    const answer = await server.ask('POST', path, { ...asked, headers: { ...own(), 'Tallystick-Client': named } });
    expectError(answer, 400, 'invalid_request');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});

describe('signing in with a cookie', () => {
  const login = (headers: Record<string, string>, type = 'application/json') =>
    server.ask('POST', '/login', {
      body: JSON.stringify({ username: 'mallory', password: 'right', token_delivery: 'cookie' }),
      headers: { ...headers, 'Content-Type': type },
    });

  it.each(origins)('is refused to a page of %j, so that nobody is signed in as somebody else', async (origin) => {
    const answer = expectError(await login({ ...own(), Origin: origin }), 403, 'forbidden_origin');
    expect(answer.headers.getSetCookie()).toEqual([]);
    expectStatus(await server.ask('POST', '/token', { form: { grant_type: 'refresh_token' }, headers: own() }), 200);
  });

  it('is refused without the header, and in the types that a form can send', async () => {
    expectError(await login(without('Tallystick-Client')), 403, 'forbidden_origin');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expectError(await login(without('Tallystick-Client', 'Origin'), type), 415, 'unsupported_media_type');
    }
  });

  it('leaves the cookies alone where the tokens go into the body', async () => {
    const answer = await server.ask('POST', '/login', {
      json: { username: 'mallory', password: 'right' },
      headers: { Origin: 'https://evil.example', Cookie: cookie },
    });
    expectStatus(answer, 200);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expectStatus(await server.ask('POST', '/token', { form: { grant_type: 'refresh_token' }, headers: own() }), 200);
  });
});

describe('a cookie', () => {
  it('is no way in where an access token is wanted', async () => {
    for (const path of ['/me', '/devices']) {
      expectError(await server.ask('GET', path, { headers: own() }), 401, 'invalid_token');
    }
    expectError(await server.ask('DELETE', '/devices', { headers: own() }), 401, 'invalid_token');
  });

  it('of another name is not taken', async () => {
    const [, value = ''] = cookie.split('=');
    const suffix = sid.slice(-8);
    for (const name of [
      `__Secure-tallystick-${suffix}`,
      `tallystick-${suffix}`,
      `__host-tallystick-${suffix}`,
      'refresh_token',
    ]) {
      const headers = { ...own(), Cookie: `${name}=${value}` };
      const answer = await server.ask('POST', '/token', { form: { grant_type: 'refresh_token' }, headers });
      expectError(answer, 400, 'invalid_grant');
    }
  });
});
