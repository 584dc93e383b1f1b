import { describe, expect, it } from 'vitest';
import { expectError, expectStatus, issuer, openServer } from './open-server.ts';

const page = 'https://app.example';

describe('the metadata', () => {
  it('says what there is, and nothing else', async () => {
    const server = await openServer({ scopes: ['openid', 'accounts'] });
    const answer = expectStatus(await server.ask('GET', '/.well-known/oauth-authorization-server'), 200);
    expect(answer.body).toEqual({
      issuer,
      session_mode: 'stored',
      bearer_refresh_tokens_supported: true,
      token_endpoint: `${issuer}/token`,
      revocation_endpoint: `${issuer}/revoke`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      grant_types_supported: ['refresh_token'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      dpop_signing_alg_values_supported: ['ES256', 'Ed25519'],
      scopes_supported: ['openid', 'accounts'],
    });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('names endpoints that are there', async () => {
    const server = await openServer();
    const { body } = await server.ask('GET', '/.well-known/oauth-authorization-server');
    const tokens = await server.login();
    const path = (url: string) => url.replace(issuer, '');
    expectStatus(await server.ask('GET', path(body.jwks_uri)), 200);
    expectStatus(await server.ask('POST', path(body.revocation_endpoint), { form: { token: 'x' } }), 200);
    const form = { grant_type: body.grant_types_supported[0], refresh_token: tokens.refresh_token };
    expectStatus(await server.ask('POST', path(body.token_endpoint), { form }), 200);
  });

  it('of an issuer with a path is where RFC 8414 looks for it, and everything else is below the path', async () => {
    const server = await openServer({ issuer: `${issuer}/auth` });
    const request = new Request(`${issuer}/.well-known/oauth-authorization-server/auth`);
    const response = await server.auth.handler(request);
    expect(await response.json()).toMatchObject({ issuer: `${issuer}/auth`, token_endpoint: `${issuer}/auth/token` });
    const tokens = await server.login();
    await server.refreshed(tokens.refresh_token);
    expectStatus(await server.me(tokens.access_token), 200);
    const elsewhere = await server.auth.handler(new Request(`${issuer}/me`));
    expect(elsewhere.status).toBe(404);
  });
});

describe('the key set', () => {
  it('holds public keys alone, each with its algorithm, its use and its thumbprint', async () => {
    const server = await openServer();
    const answer = expectStatus(await server.ask('GET', '/.well-known/jwks.json'), 200);
    expect(answer.headers.get('content-type')).toBe('application/jwk-set+json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    expect(answer.body).toEqual({
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: expect.stringMatching(/^[\w-]{43}$/),
          y: expect.stringMatching(/^[\w-]{43}$/),
          kid: expect.stringMatching(/^[\w-]{43}$/),
          alg: 'ES256',
          use: 'sig',
        },
      ],
    });
  });

  it('is of the configured algorithm', async () => {
    const server = await openServer({ algorithm: 'Ed25519' });
    const { keys } = (await server.ask('GET', '/.well-known/jwks.json')).body;
    expect(keys).toMatchObject([{ kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519' }]);
    expectStatus(await server.me((await server.login()).access_token), 200);
  });
});

describe('the headers', () => {
  it('of every answer keep browsers from guessing, framing, telling and keeping', async () => {
    const server = await openServer();
    const { access_token } = await server.login();
    const answers = [
      await server.ask('GET', '/me', { bearer: access_token }),
      await server.ask('GET', '/me'),
      await server.ask('GET', '/nothing'),
      await server.ask('PUT', '/me'),
      await server.ask('POST', '/login', { body: 'x'.repeat(20_000) }),
    ];
    for (const { headers } of answers) {
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'application/json',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect(headers.get('server')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});

it.each([
  ['/.well-known/jwks.json', 'public, max-age=300'],
  ['/.well-known/oauth-authorization-server', 'public, max-age=300'],
  ['/openapi.json', 'public, max-age=300'],
  ['/revocations', 'no-cache'],
  ['/healthz', 'no-store'],
  ['/readyz', 'no-store'],
])('whether %s may be kept is said: %s', async (path, cacheControl) => {
  const feedSecret = 'the-secret-of-those-who-follow-the-feed';
  const server = await openServer({ feedSecret });
  const headers = { Accept: 'text/event-stream', Authorization: `Bearer ${feedSecret}` };
  const response = await server.auth.handler(new Request(issuer + path, { headers }));
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, cacheControl]);
  await response.body?.cancel();
});

describe('an answer with tokens', () => {
  it.each(['body', 'cookie'])(
    'is kept by nobody on its way (RFC 6749 section 5.1), tokens in the %s',
    async (token_delivery) => {
      const server = await openServer();
      const json = { username: 'ada', password: 'right', token_delivery };
      const headers = { Origin: issuer, 'Tallystick-Client': 'new' };
      const signedIn = await server.ask('POST', '/login', { json, headers });
      const cookie = signedIn.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
      const { session_id, refresh_token = '' } = signedIn.body;
      const refreshed = await server.ask('POST', '/token', {
        form: { grant_type: 'refresh_token', refresh_token },
        headers: { Origin: issuer, 'Tallystick-Client': session_id, Cookie: cookie },
      });
      for (const answer of [signedIn, refreshed]) {
        expect(Object.fromEntries(expectStatus(answer, 200).headers)).toMatchObject({
          'content-type': 'application/json',
          'cache-control': 'no-store',
          pragma: 'no-cache',
        });
        expect(answer.body).toMatchObject({ access_token: expect.any(String), token_type: 'Bearer' });
        expect(answer.body.expires_in).toBeGreaterThan(0);
      }
    },
  );
});

describe('another origin', () => {
  const preflight = (origin: string) => ({
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'tallystick-client,tallystick-deadline,authorization,content-type',
    },
  });

  it('that is allowed may ask, with cookies, and read what it needs', async () => {
    const server = await openServer({ allowedOrigins: [page] });
    const { status, headers } = await server.ask('OPTIONS', '/token', preflight(page));
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(page);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-headers')?.toLowerCase()).toContain('tallystick-client');
    const answer = await server.ask('GET', '/me', { headers: { Origin: page } });
    expectError(answer, 401, 'invalid_token');
    expect(answer.headers.get('access-control-allow-origin')).toBe(page);
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/Tallystick-Time.*Retry-After/);
    expect(answer.headers.get('vary')).toMatch(/\borigin\b/i);
  });

  it.each([
    'https://evil.example',
    'https://app.example.evil.example',
    'https://evil-app.example',
    'https://sub.app.example',
    'http://app.example',
    'https://app.example:8443',
    'https://APP.example',
    'null',
    '*',
    '',
  ])('%j may read nothing', async (origin) => {
    const server = await openServer({ allowedOrigins: [page] });
    for (const answer of [
      await server.ask('OPTIONS', '/token', preflight(origin)),
      await server.ask('GET', '/readyz', { headers: { Origin: origin } }),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('vary')).toMatch(/\borigin\b/i);
    }
  });
});

describe('the revocation feed', () => {
  const feedSecret = 'the-secret-of-those-who-follow-the-feed';
  const openFeed = () => openServer({ feedSecret });

  it('is for whoever knows its secret', async () => {
    const server = await openFeed();
    const none = expectError(await server.ask('GET', '/revocations'), 401, 'invalid_token');
    expect(none.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]+"$/);
    const wrong = expectError(
      await server.ask('GET', '/revocations', { bearer: `${feedSecret}x` }),
      401,
      'invalid_token',
    );
    expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"');
    const { access_token } = await server.login();
    const others = [
      access_token,
      feedSecret.slice(0, -1),
      feedSecret.slice(1),
      feedSecret.toUpperCase(),
      feedSecret[0],
    ];
    for (const bearer of others) {
      expectError(await server.ask('GET', '/revocations', { bearer: String(bearer) }), 401, 'invalid_token');
    }
    expectError(await server.ask('GET', `/revocations?access_token=${feedSecret}`), 401, 'invalid_token');
    expectStatus(await server.ask('GET', '/revocations', { bearer: feedSecret }), 200);
  });

  it('tells what ended, from a cursor on', async () => {
    const server = await openFeed();
    const read = async (query = '') =>
      expectStatus(await server.ask('GET', `/revocations${query}`, { bearer: feedSecret }), 200).body;
    const one = await server.login();
    await server.auth.revokeSession(one.session_id);
    const first = await read();
    expect(first).toEqual({
      cursor: expect.any(String),
      reset: true,
      head_read_at: Math.floor(server.now() / 1000),
      entries: [{ position: 1, sid: one.session_id }],
    });
    const two = await server.login();
    await server.ask('DELETE', '/devices', { bearer: two.access_token });
    const second = await read(`?after=${encodeURIComponent(first.cursor)}`);
    expect(second).toMatchObject({
      reset: false,
      entries: [{ position: 2, sub: 'id-of-ada', before: expect.any(Number), except: two.session_id }],
    });
    expect(await read('?after=no-such-cursor')).toMatchObject({ reset: true, cursor: second.cursor });
    expect(await read('?after=')).toMatchObject({ reset: true });
  });

  it('is a stream of events where one is asked for', async () => {
    const server = await openFeed();
    const [one, two] = [await server.login(), await server.login()];
    await server.auth.revokeSession(two.session_id);
    const request = new Request(`${issuer}/revocations`, {
      headers: { Authorization: `Bearer ${feedSecret}`, Accept: 'text/event-stream' },
    });
    const response = await server.auth.handler(request);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => (await reader?.read())?.value ?? '';
    expect(await next()).toMatch(/^event: snapshot\n(id|data): /);
    await server.auth.revokeSession(one.session_id);
    let told = '';
    while (!told.includes(one.session_id)) told = await next();
    expect(told).toMatch(/^event: entries\n/);
    await reader?.cancel();
  });

  it('starts no stream for who asks for its headers alone, which nobody would ever end', async () => {
    const server = await openFeed();
    const headers = { Authorization: `Bearer ${feedSecret}`, Accept: 'text/event-stream' };
    const { status, headers: answered } = await server.auth.handler(
      new Request(`${issuer}/revocations`, { method: 'HEAD', headers }),
    );
    expect([status, answered.get('content-type')]).toEqual([200, 'application/json']);
  });
});
