/**
 * Servers without a store: they have their root secrets in common and nothing else.
 */
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTallystick, UnsupportedError } from '../../src/server/index.ts';
import { createNoStore } from '../../src/stores/none/index.ts';
import { createKeyHolder } from './key-holder.ts';
import {
  expectError,
  expectStatus,
  issuer,
  openServer,
  type ServerOptions,
  secret,
  type TestServer,
  type Tokens,
} from './open-server.ts';

const [older, newer] = ['the older root secret of this test', 'the newer root secret of this test'];

const open = (options: ServerOptions = {}) => openServer({ kind: 'none', mode: 'stateless', ...options });

async function keySet(server: TestServer): Promise<JSONWebKeySet> {
  return (await server.ask('GET', '/.well-known/jwks.json')).body;
}

/** Whether a resource server takes the token, by a key set that it has. */
async function isVerified(server: TestServer, keys: JSONWebKeySet, { access_token: token }: Tokens): Promise<boolean> {
  const options = { issuer, audience: issuer, typ: 'at+jwt', currentDate: new Date(server.now()) };
  return jwtVerify(token, createLocalJWKSet(keys), options).then(
    () => true,
    () => false,
  );
}

/** Insists that a token is good at each of the servers, and by the key set of each. */
async function expectGood(servers: readonly TestServer[], tokens: Tokens): Promise<void> {
  for (const server of servers) {
    expect(await isVerified(server, await keySet(server), tokens)).toBe(true);
    expectStatus(await server.me(tokens.access_token), 200);
  }
}

describe('servers without a store', () => {
  it('refresh each other’s tokens, know each other’s callers, and have one key set', async () => {
    const [one, other] = [await open(), await open()];
    const holder = createKeyHolder();
    let tokens = await holder.login(one);
    for (const server of [other, one, other]) {
      for (const each of [one, other]) await each.advance(60);
      tokens = await holder.refreshed(server, tokens.refresh_token);
      await expectGood([one, other], tokens);
    }
    expect(await keySet(one)).toEqual(await keySet(other));
  });

  it('go on after a restart as if nothing had happened', async () => {
    const before = await open();
    const holder = createKeyHolder();
    const tokens = await holder.login(before);
    const keys = await keySet(before);
    await before.auth.close();
    const after = await open();
    expect(await keySet(after)).toEqual(keys);
    expectStatus(await after.me(tokens.access_token), 200);
    await holder.refreshed(after, tokens.refresh_token);
  });

  it.each(['ES256', 'Ed25519'] as const)(
    'roll over root secrets without a failed verification, with %s',
    async (algorithm) => {
      const holder = createKeyHolder();
      const passes = [[older], [older, newer], [newer, older], [newer]];
      const servers = await Promise.all(passes.map((secrets) => open({ algorithm, secrets })));
      let tokens = await holder.login(await open({ algorithm, secrets: [older] }));
      const signers = new Set<unknown>();
      for (const [index, server] of servers.entries()) {
        // During a pass there are servers of the one before it, and verifiers have the key set of either.
        const both = [server, servers[Math.max(index - 1, 0)] ?? server];
        for (const signing of [...both, server]) {
          tokens = await holder.refreshed(signing, tokens.refresh_token);
          signers.add(decodeProtectedHeader(tokens.access_token).kid);
          await expectGood(both, tokens);
        }
      }
      expect(signers.size).toBe(2);
    },
  );

  it('change their algorithm without a failed verification', async () => {
    const [one, other] = [await open({ algorithm: 'ES256' }), await open({ algorithm: 'Ed25519' })];
    const holder = createKeyHolder();
    const first = await holder.login(one);
    const next = await holder.refreshed(other, first.refresh_token);
    expect(decodeProtectedHeader(next.access_token).alg).toBe('Ed25519');
    expect(await isVerified(one, await keySet(other), first)).toBe(true);
    expect(await isVerified(other, await keySet(one), next)).toBe(true);
  });

  it('say which key signs', async () => {
    const server = await open({ secrets: [newer, older] });
    const { access_token } = await createKeyHolder().login(server);
    const keys = await server.auth.signingKeys.list();
    expect(keys.map(({ state }) => state).toSorted()).toEqual(['published', 'published', 'published', 'signing']);
    expect(keys.find(({ state }) => state === 'signing')?.kid).toBe(decodeProtectedHeader(access_token).kid);
  });

  it('end every session with the root secret', async () => {
    const holder = createKeyHolder();
    const tokens = await holder.login(await open({ secrets: [older] }));
    const replaced = await open({ secrets: [newer] });
    expectError(await replaced.me(tokens.access_token), 401, 'invalid_token');
    expect(await isVerified(replaced, await keySet(replaced), tokens)).toBe(false);
    expect((await holder.refresh(replaced, tokens.refresh_token)).status).not.toBe(200);
  });
});

describe('what is revoked without a store', () => {
  it('is revoked on that server, and nowhere else', async () => {
    const [here, there] = [await open(), await open()];
    const holder = createKeyHolder();
    const { access_token: bearer, refresh_token } = await holder.login(here);
    expectStatus(await here.ask('POST', '/logout', { bearer }), 204);
    expectError(await holder.refresh(here, refresh_token), 400, 'invalid_grant');
    expectStatus(await here.me(bearer), 401);
    await holder.refreshed(there, refresh_token);
  });

  it('is a user’s right to sign in, while the server runs', async () => {
    const server = await open();
    const holder = createKeyHolder();
    const { refresh_token } = await holder.login(server);
    await server.auth.disableUser('id-of-ada');
    expectError(await holder.refresh(server, refresh_token), 400, 'invalid_grant');
    const json = { username: 'ada', password: 'right' };
    const again = await server.ask('POST', '/login', { json, headers: holder.proof(server, '/login') });
    expectError(again, 401, 'invalid_credentials');
  });

  it('is neither a signing key nor every session, and the error says what to do instead', async () => {
    const server = await open();
    const holder = createKeyHolder();
    const { refresh_token, access_token } = await holder.login(server);
    const message = /^Nothing is stored here: .*root secrets/;
    await expect(server.auth.signingKeys.roll()).rejects.toThrow(message);
    await expect(server.auth.signingKeys.remove(decodeProtectedHeader(access_token).kid ?? '')).rejects.toThrow(
      message,
    );
    await expect(server.auth.revokeAllSessions()).rejects.toThrow(message);
    await expect(server.auth.revokeAllSessions()).rejects.toThrow(UnsupportedError);
    await expect(server.auth.listDevices('id-of-ada')).rejects.toThrow(UnsupportedError);
    await holder.refreshed(server, refresh_token);
  });

  it('is told at start, once', async () => {
    const warnings = async (options: ServerOptions) => {
      const server = await openServer(options);
      await server.auth.ready();
      return server.events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));
    };
    expect(await warnings({ kind: 'none', mode: 'stateless' })).toEqual([
      expect.stringMatching(/^Nothing is stored: .* after a restart.* root secret/),
    ]);
    expect(await warnings({ kind: 'memory', mode: 'stateless' })).toEqual([
      expect.stringMatching(/^The store is in memory: .*stateless/),
    ]);
    expect(await warnings({ kind: 'memory' })).toEqual([]);
    expect(await warnings({ kind: 'SQLite', mode: 'stateless' })).toEqual([]);
  });
});

describe('a session', () => {
  it('does not go from a store to none, nor back: what was revoked of it is not known there', async () => {
    const [kept, none] = [await open({ kind: 'SQLite' }), await open()];
    const holder = createKeyHolder();
    const ofStore = await holder.login(kept);
    const ofNone = await holder.login(none);
    expectError(await holder.refresh(none, ofStore.refresh_token), 400, 'invalid_grant');
    expectError(await holder.refresh(kept, ofNone.refresh_token), 400, 'invalid_grant');
  });
});

describe('options that need a store', () => {
  const store = createNoStore();
  const authenticate = () => ({ authenticated: false }) as const;
  const base = { store, issuer, secrets: [secret], authenticate, mode: 'stateless' } as const;

  it('are named where there is none', () => {
    expect(() => createTallystick({ ...base, mode: 'stored' })).toThrow(/^mode: /);
    expect(() => createTallystick({ store, issuer, secrets: [secret], authenticate })).toThrow(/^mode: /);
    expect(() => createTallystick({ ...base, accept: 'stored' })).toThrow(/^accept: /);
    expect(() => createTallystick({ store, issuer, secrets: [secret], mode: 'stateless' })).toThrow(/^authenticate: /);
    expect(() => createTallystick(base)).not.toThrow();
  });
});
