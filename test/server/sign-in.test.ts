import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createKeyHolder } from './key-holder.ts';
import {
  expectError,
  expectStatus,
  issuer,
  openServer,
  storeKinds,
  type TestServer,
  type Tokens,
} from './open-server.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';
const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';

/** The claims of an access token, checked by somebody else's library against the server's own key set. */
async function claimsOf(server: TestServer, token: string) {
  const { body } = await server.ask('GET', '/.well-known/jwks.json');
  const options = {
    issuer,
    audience: issuer,
    typ: 'at+jwt',
    algorithms: ['ES256'],
    currentDate: new Date(server.now()),
  };
  return (await jwtVerify(token, createLocalJWKSet(body), options)).payload;
}

async function devicesOf(server: TestServer, { access_token }: Tokens) {
  return (await server.ask('GET', '/devices', { bearer: access_token })).body.devices;
}

describe.each(storeKinds)('signing in, on the %s store', (kind) => {
  it('gives both tokens, when they end, and where they belong', async () => {
    const server = await openServer({ kind });
    const seconds = server.now() / 1000;
    const tokens = await server.login();
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      sub: 'id-of-ada',
      access_token_expires_at: seconds + tokens.expires_in,
      refresh_token: expect.stringMatching(/^tsr_[\w-]+$/),
      refresh_token_expires_at: seconds + 30 * 86_400,
      session_ends_at: seconds + 365 * 86_400,
      device_id: expect.stringMatching(/^[\w-]{11}$/),
      session_id: expect.stringMatching(/^[\w-]{22}$/),
    });
    expect(tokens.expires_in).toBeGreaterThanOrEqual(855);
    expect(tokens.expires_in).toBeLessThanOrEqual(900);
  });

  it('signs an access token as RFC 9068 wants it', async () => {
    const server = await openServer({ kind });
    const tokens = await server.login({ scope: 'openid accounts:read', client_id: 'bank' });
    const { keys } = (await server.ask('GET', '/.well-known/jwks.json')).body;
    expect(decodeProtectedHeader(tokens.access_token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: keys[0].kid });
    expect(await claimsOf(server, tokens.access_token)).toEqual({
      iss: issuer,
      sub: 'id-of-ada',
      aud: issuer,
      client_id: 'bank',
      iat: server.now() / 1000,
      exp: tokens.access_token_expires_at,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      sid: tokens.session_id,
      auth_time: server.now() / 1000,
      scope: 'openid accounts:read',
    });
    expect(tokens.scope).toBe('openid accounts:read');
  });

  it('starts a new session on a new device where nothing says which device it is', async () => {
    const server = await openServer({ kind });
    const [first, second] = [await server.login(), await server.login()];
    expect(second.device_id).not.toBe(first.device_id);
    expect(second.session_id).not.toBe(first.session_id);
    expect((await server.me(first.access_token)).status).toBe(200);
  });

  it('describes the device by its user agent, and by the name its user gave it', async () => {
    const server = await openServer({ kind });
    const headers = { 'User-Agent': firefox };
    await server.login({}, { headers: { 'User-Agent': phone }, from: '2001:db8::7' });
    const tokens = await server.login({ device_name: 'Ada’s laptop' }, { headers });
    const hour = Math.floor(server.now() / 3_600_000) * 3600;
    expect(await devicesOf(server, tokens)).toEqual([
      {
        id: tokens.device_id,
        name: 'Ada’s laptop',
        platform: 'Linux',
        browser: 'Firefox',
        created_at: server.now() / 1000,
        last_used_at: hour,
        last_ip: '192.0.2.1',
        current: true,
        signed_in: true,
      },
      expect.objectContaining({ name: 'Safari on iOS', last_ip: '2001:db8::7', current: false, signed_in: true }),
    ]);
  });

  it('knows a device by any genuine refresh token of it, however old, and replaces its session', async () => {
    const server = await openServer({ kind });
    const first = await server.login({ device_name: 'laptop' });
    await server.advance(60);
    const later = await server.refreshed(first.refresh_token);
    await server.advance(40 * 86_400);
    const again = await server.login({ refresh_token: first.refresh_token });
    expect(again.device_id).toBe(first.device_id);
    expect(again.session_id).not.toBe(first.session_id);
    expect(await devicesOf(server, again)).toMatchObject([{ name: 'laptop', current: true }]);
    expectError(await server.refresh(later.refresh_token), 400, 'invalid_grant');
  });

  it('begins and ends nothing for a sender who has hung up, before the password is checked or afterwards', async () => {
    const checked: string[] = [];
    const authenticate = ({ username }: { readonly username: string }) => {
      checked.push(username);
      return { authenticated: true, subject: `id-of-${username}` } as const;
    };
    const server = await openServer({ kind, authenticate });
    const holder = createKeyHolder();
    const { refresh_token } = await holder.login(server);
    const written = server.store.writes.length;
    const signIn = (username: string, signal: AbortSignal) =>
      server.ask('POST', '/login', {
        json: { username, password: 'right' },
        headers: holder.proof(server, '/login'),
        signal,
      });
    expectError(await signIn('early', AbortSignal.abort()), 503, 'temporarily_unavailable');
    const sender = new AbortController();
    server.store.before('updateSubject', () => sender.abort());
    expectError(await signIn('ada', sender.signal), 503, 'temporarily_unavailable');
    expect(checked).not.toContain('early');
    expect(server.store.writes).toHaveLength(written);
    expect(server.events.filter(({ type }) => type !== 'session_created' && type !== 'device_added')).toEqual([]);
    await holder.refreshed(server, refresh_token);
  });

  it('begins and ends nothing past the deadline of its sender', async () => {
    const server = await openServer({ kind });
    const { refresh_token } = await server.login();
    const again = { json: { username: 'ada', password: 'right', refresh_token } };
    const until = (time: number) => ({ ...again, headers: { 'Tallystick-Deadline': String(time) } });
    const late = expectError(
      await server.ask('POST', '/login', until(server.now() - 1)),
      503,
      'temporarily_unavailable',
    );
    expect(late.headers.get('retry-after')).toMatch(/^\d+$/);
    await server.refreshed(refresh_token);
    expectStatus(await server.ask('POST', '/login', until(server.now() + 10_000)), 200);
    expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
  });

  it('ends the session whose refresh token it was shown, at once', async () => {
    const server = await openServer({ kind });
    const first = await server.login();
    await server.login({ refresh_token: first.refresh_token });
    expectError(await server.refresh(first.refresh_token), 400, 'invalid_grant');
    expectError(await server.me(first.access_token), 401, 'invalid_token');
  });

  it('makes a session of at most 12 hours where the user does not want to be remembered', async () => {
    const server = await openServer({ kind });
    const end = server.now() / 1000 + 12 * 3600;
    const tokens = await server.login({ remember: false });
    expect([tokens.session_ends_at, tokens.refresh_token_expires_at]).toEqual([end, end]);
  });

  it('makes no session longer than it would be because its user does not want to be remembered', async () => {
    const server = await openServer({ kind, absoluteLifetimeSeconds: 3600 });
    const { session_ends_at } = await server.login({ remember: false });
    expect(session_ends_at).toBe(server.now() / 1000 + 3600);
  });

  it('says 0 where a session has no end, and it has none', async () => {
    const server = await openServer({ kind, inactivityTimeoutSeconds: 0, absoluteLifetimeSeconds: 0 });
    const tokens = await server.login();
    expect([tokens.session_ends_at, tokens.refresh_token_expires_at]).toEqual([0, 0]);
    await server.advance(50 * 365 * 86_400);
    const refreshed = await server.refreshed(tokens.refresh_token);
    expect([refreshed.session_ends_at, refreshed.refresh_token_expires_at]).toEqual([0, 0]);
    expect(refreshed.expires_in).toBeGreaterThan(800);
  });

  it('keeps within a limit of devices, even when fifty sign-ins come at once', async () => {
    const server = await openServer({ kind, deviceLimits: [{ max: 5, atLimit: 'deny' }] });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => server.ask('POST', '/login', { json: { username: 'ada', password: 'right' } })),
    );
    const admitted = answers.filter(({ status }) => status === 200);
    expect(admitted).toHaveLength(5);
    for (const answer of answers) if (answer.status !== 200) expectError(answer, 403, 'device_limit_reached');
    const [{ body: tokens } = { body: undefined }] = admitted;
    expect(await devicesOf(server, tokens)).toHaveLength(5);
    await server.login({ refresh_token: tokens.refresh_token });
  });

  it('signs the least recently used device out where the limit says so', async () => {
    const server = await openServer({ kind, deviceLimits: [{ max: 2, atLimit: 'evict-oldest' }] });
    const first = await server.login();
    await server.advance(1);
    const second = await server.login();
    await server.advance(1);
    const third = await server.login();
    expect((await server.me(first.access_token)).status).toBe(401);
    for (const { access_token } of [second, third]) expect((await server.me(access_token)).status).toBe(200);
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: 'session_revoked', sid: first.session_id, reason: 'evicted' }),
    );
  });
});

describe('signing in', () => {
  it('never makes the same jti twice', async () => {
    const server = await openServer();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => server.login()));
    const claims = await Promise.all(tokens.map(({ access_token }) => claimsOf(server, access_token)));
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(50);
  });

  it('takes up to 5 % off the life of an access token at random, so that clients do not refresh in step', async () => {
    const server = await openServer();
    const lives = await Promise.all(Array.from({ length: 50 }, async () => (await server.login()).expires_in));
    expect(new Set(lives).size).toBeGreaterThan(5);
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(855);
    expect(Math.max(...lives)).toBeLessThanOrEqual(900);
  });

  it('names the resource servers and the issuer in aud', async () => {
    const server = await openServer({ audience: ['https://api.example', 'https://files.example'] });
    const tokens = await server.login();
    const { aud } = await claimsOf(server, tokens.access_token);
    expect(aud).toEqual(['https://api.example', 'https://files.example', issuer]);
    expect((await server.me(tokens.access_token)).status).toBe(200);
  });

  it('knows only the clients and scopes that are configured', async () => {
    const server = await openServer({ clients: ['app', 'bank'], scopes: ['openid'] });
    const ask = (more: object) =>
      server.ask('POST', '/login', { json: { username: 'ada', password: 'right', ...more } });
    expectError(await ask({ client_id: 'other' }), 400, 'unauthorized_client');
    expectError(await ask({ scope: 'openid admin' }), 400, 'invalid_scope');
    expect((await ask({ client_id: 'bank', scope: 'openid' })).status).toBe(200);
    expect(server.store.writes).toHaveLength(2);
  });

  it('tells of a new device, and not of a known one', async () => {
    const server = await openServer();
    const { refresh_token, device_id } = await server.login({}, { headers: { 'User-Agent': firefox } });
    expect(server.events).toContainEqual({
      type: 'device_added',
      subject: 'id-of-ada',
      sid: expect.any(String),
      deviceId: device_id,
      name: 'Firefox on Linux',
      from: { address: '192.0.2.1', userAgent: firefox },
    });
    await server.login({ refresh_token });
    expect(server.events.filter(({ type }) => type === 'device_added')).toHaveLength(1);
  });

  it('says the server’s time, from which a client learns the deadline', async () => {
    const server = await openServer();
    const { headers } = await server.ask('POST', '/login', { json: { username: 'ada', password: 'right' } });
    expect(Math.abs(Number(headers.get('tallystick-time')) - server.now())).toBeLessThan(1_000);
  });

  it('adds what the host wants to say, and never instead of what it says itself', async () => {
    const server = await openServer({
      accessTokenClaims: ({ subject }) => ({ sub: 'root', exp: 9e9, tenant: subject }),
    });
    const claims = await claimsOf(server, (await server.login()).access_token);
    expect(claims).toMatchObject({ sub: 'id-of-ada', tenant: 'id-of-ada' });
    expect(claims.exp).toBeLessThan(server.now() / 1000 + 901);
  });

  it('gives no access token that is too long for a header, and never cuts one short', async () => {
    let note = 'x'.repeat(2_500);
    const server = await openServer({ accessTokenClaims: () => ({ note }) });
    const { access_token, refresh_token } = await server.login();
    expect((await claimsOf(server, access_token)).note).toBe(note);
    note = 'x'.repeat(3_500);
    expectError(await server.refresh(refresh_token), 503, 'temporarily_unavailable');
    expect(server.events).toContainEqual({
      type: 'fault',
      where: 'POST /token',
      error: expect.objectContaining({ message: expect.stringMatching(/^the access token has \d+ characters/) }),
    });
    note = '';
    await server.refreshed(refresh_token);
  });

  it('forgets the oldest devices that are signed out once the list has a hundred', async () => {
    const server = await openServer();
    for (let index = 0; index < 105; index += 1) {
      const { access_token } = await server.login();
      await server.ask('POST', '/logout', { bearer: access_token });
    }
    const tokens = await server.login();
    expect(await devicesOf(server, tokens)).toHaveLength(100);
  });
});
