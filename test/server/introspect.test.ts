import { describe, expect, it } from 'vitest';
import { parseSessionId } from '../../src/protocol/session-id.ts';
import { createVerifier } from '../../src/verifier/index.ts';
import {
  type Asked,
  expectError,
  expectStatus,
  issuer,
  openServer,
  storeKinds,
  type TestServer,
} from './open-server.ts';
import { bankSecret, basic, shopSecret, someClients } from './some-clients.ts';

const asShop = basic('shop:1', shopSecret);
const asBank = basic('bank', bankSecret);

function introspect(server: TestServer, token: string, asked: Asked = { headers: asShop }) {
  const { form = {}, ...rest } = asked;
  return server.ask('POST', '/introspect', { form: { token, ...form }, ...rest });
}

async function expectInactive(server: TestServer, token: string, asked?: Asked): Promise<void> {
  const answer = expectStatus(await introspect(server, token, asked), 200);
  expect(answer.text).toBe('{"active":false}');
  expect(answer.headers.get('cache-control')).toBe('no-store');
}

async function disableRecordAlone({ store }: TestServer, sid: string): Promise<void> {
  const subject = 'id-of-ada';
  const shardTag = parseSessionId(sid)?.shardTag ?? new Uint8Array(4);
  const user = { subject, username: null, passwordHash: null, createdAt: 1, disabledAt: 2, notBefore: 0 };
  await store.updateSubject({ subject, shardTag, decide: () => ({ write: { user }, result: undefined }) });
}

describe.each(storeKinds)('introspection, on the %s store', (kind) => {
  const open = (options: Parameters<typeof openServer>[0] = {}) =>
    openServer({ kind, clients: someClients, audience: 'https://api.example', ...options });

  it('says everything of an access token that is good', async () => {
    const server = await open({ users: { ada: 'a password of some length' } });
    const tokens = await server.login({ password: 'a password of some length', scope: 'accounts' });
    const { body } = expectStatus(await introspect(server, tokens.access_token), 200);
    const seconds = Math.floor(server.now() / 1000);
    expect(body).toEqual({
      active: true,
      iss: issuer,
      sub: expect.any(String),
      aud: ['https://api.example', issuer],
      client_id: 'app',
      iat: seconds,
      exp: tokens.access_token_expires_at,
      jti: expect.any(String),
      sid: tokens.session_id,
      auth_time: seconds,
      scope: 'accounts',
      amr: ['pwd'],
      username: 'ada',
      token_type: 'Bearer',
    });
  });

  it('says what there is to say of a refresh token that is good, and changes nothing by it', async () => {
    const server = await open();
    const tokens = await server.login({ scope: 'accounts' });
    await server.advance(60);
    const written = server.store.writes.length;
    const { body } = expectStatus(await introspect(server, tokens.refresh_token), 200);
    expect(body).toEqual({
      active: true,
      iss: issuer,
      sub: 'id-of-ada',
      client_id: 'app',
      sid: tokens.session_id,
      exp: tokens.refresh_token_expires_at,
      auth_time: Math.floor(server.now() / 1000) - 60,
      scope: 'accounts',
    });
    expect(server.store.writes).toHaveLength(written);
    expect((await server.refresh(tokens.refresh_token)).headers.get('tallystick-refresh')).toBe('rotate');
  });

  it.each(['access_token', 'refresh_token', 'something_else', ''])('takes no notice of the hint %j', async (hint) => {
    const server = await open();
    const tokens = await server.login();
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      const asked = { form: { token_type_hint: hint }, headers: asShop };
      expect((await introspect(server, token, asked)).body).toMatchObject({ active: true, sid: tokens.session_id });
    }
  });

  it('is for confidential clients that authenticate themselves', async () => {
    const server = await open();
    const { access_token } = await server.login();
    const nobody: Asked[] = [
      {},
      { bearer: access_token },
      { form: { client_id: 'app' } },
      { form: { client_id: 'shop:1' } },
      { form: { client_id: 'shop:1', client_secret: bankSecret } },
    ];
    for (const asked of nobody) expectError(await introspect(server, access_token, asked), 401, 'invalid_client');
    const inBody = { client_id: 'shop:1', client_secret: shopSecret };
    expect((await introspect(server, access_token, { form: inBody })).body.active).toBe(true);
  });

  it('is not there where there is no such client', async () => {
    for (const clients of [undefined, ['app']]) {
      const server = await openServer({ kind, ...(clients ? { clients } : {}) });
      const { access_token } = await server.login();
      expectError(await introspect(server, access_token), 404, 'not_found');
    }
  });

  it('tells nothing of what is no token of ours, or of another time', async () => {
    const server = await open({ inactivityTimeoutSeconds: 3_600 });
    const elsewhere = await openServer({ kind, secrets: ['another root secret, of 32 characters'] });
    const [tokens, foreign] = [await server.login(), await elsewhere.login()];
    const [head, payload, signature] = tokens.access_token.split('.');
    for (const token of [
      'x',
      'tsr_AAAA',
      `${tokens.refresh_token}A`,
      `${head}.${payload}.${signature?.slice(4)}AAAA`,
    ]) {
      await expectInactive(server, token);
    }
    await expectInactive(server, foreign.access_token);
    await server.advance(900);
    await expectInactive(server, tokens.access_token);
    expect((await introspect(server, tokens.refresh_token)).body.active).toBe(true);
    await server.advance(2_700);
    await expectInactive(server, tokens.refresh_token);
  });

  it('tells nothing of a refresh token that would be refused as replayed, and takes no offence at it', async () => {
    const server = await open();
    const first = await server.login();
    await server.advance(60);
    const second = await server.refreshed(first.refresh_token);
    await server.advance(60);
    const third = await server.refreshed(second.refresh_token);
    await server.advance(60);
    await expectInactive(server, first.refresh_token);
    expect((await introspect(server, third.refresh_token)).body.active).toBe(true);
  });

  it.each<[string, (server: TestServer, sid: string) => Promise<unknown>]>([
    ['its session was revoked', ({ auth }, sid) => auth.revokeSession(sid)],
    ['all of its user’s sessions were', ({ auth }) => auth.revokeSessions('id-of-ada')],
    ['its user was disabled', ({ auth }) => auth.disableUser('id-of-ada')],
    ['its user is held as disabled, whatever their sessions say', disableRecordAlone],
    [
      'its device was removed',
      async ({ auth }) => {
        for (const { id } of await auth.listDevices('id-of-ada')) await auth.removeDevice('id-of-ada', id);
      },
    ],
    [
      'another device removed all others',
      async (server) => {
        const { access_token } = await server.login();
        await server.ask('DELETE', '/devices', { bearer: access_token });
        expect((await introspect(server, access_token)).body.active).toBe(true);
      },
    ],
  ])('tells nothing of a token once %s', async (_name, end) => {
    const server = await open();
    const tokens = await server.login();
    await end(server, tokens.session_id);
    for (const token of [tokens.access_token, tokens.refresh_token]) await expectInactive(server, token);
  });

  it('tells a client with an audience of access tokens for that audience, and of its own refresh tokens', async () => {
    const elsewhere = await open();
    const forBank = await open({ audience: ['https://api.example', 'https://loans.example'] });
    for (const server of [elsewhere, forBank]) {
      const tokens = await server.login();
      await expectInactive(server, tokens.refresh_token, { headers: asBank });
      const own = await server.login({}, { headers: asBank });
      expect((await introspect(server, own.refresh_token, { headers: asBank })).body.active).toBe(true);
      const { body } = await introspect(server, tokens.access_token, { headers: asBank });
      expect(body.active).toBe(server === forBank);
    }
    const { access_token } = await elsewhere.login();
    await expectInactive(elsewhere, access_token, { headers: asBank });
  });

  it('answers 503, and not that a token is bad, while the store or a root secret is missing', async () => {
    const server = await open();
    const tokens = await server.login();
    const other = await open({ secrets: ['another root secret, of 32 characters'] });
    expectError(await introspect(other, tokens.refresh_token), 503, 'temporarily_unavailable');
    server.store.fail(true);
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      expectError(await introspect(server, token), 503, 'temporarily_unavailable');
    }
  });

  it('answers a verifier that asks because its feed is silent', async () => {
    const server = await open();
    const tokens = await server.login();
    const verifier = createVerifier({
      issuer,
      audience: 'https://api.example',
      jwks: () => server.auth.publicKeys(),
      feed: { subscribe: () => () => {} },
      onStale: 'introspect',
      introspection: { clientId: 'shop:1', clientSecret: shopSecret, url: `${issuer}/introspect` },
      fetch: async (url, init) => server.auth.handler(new Request(url, init)),
      now: server.now,
    });
    expect(await verifier.verify(tokens.access_token)).toMatchObject({ ok: true });
    await server.auth.revokeSession(tokens.session_id);
    expect(await verifier.verify(tokens.access_token)).toMatchObject({ ok: false, error: { detail: 'inactive' } });
  });
});
