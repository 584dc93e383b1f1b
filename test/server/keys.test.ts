import { decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { createRootKeys } from '../../src/server/keys/root-secrets.ts';
import { generateSigningKey } from '../../src/server/keys/signing-key.ts';
import type { SigningKeyRecord } from '../../src/stores/store.ts';
import { expectError, expectStatus, issuer, openServer, storeKinds, type TestServer } from './open-server.ts';

const [older, newer] = ['the older root secret of this test', 'the newer root secret of this test'];
const minutes = 60;

/** Another server on the same data, by the same clock. */
const beside = (server: TestServer, secrets: readonly string[], more: object = {}) =>
  openServer({ store: server.store, secrets, ...more });

const kidOf = (token: string) => decodeProtectedHeader(token).kid;

async function publishedKids(server: TestServer): Promise<readonly string[]> {
  const { keys } = (await server.ask('GET', '/.well-known/jwks.json')).body;
  return keys.map(({ kid }: { kid: string }) => kid);
}

describe.each(storeKinds)('root secrets, on the %s store', (kind) => {
  it('roll over: first added everywhere, then moved to the front, then dropped, and nobody is signed out', async () => {
    const before = await openServer({ kind, secrets: [older] });
    const added = await beside(before, [older, newer]);
    let { refresh_token, access_token } = await before.login();
    const refreshAt = async (server: TestServer) => {
      await before.advance(60);
      expectStatus(await server.ask('GET', '/readyz'), 200);
      expectStatus(await server.me(access_token), 200);
      ({ refresh_token, access_token } = await server.refreshed(refresh_token));
    };
    for (const server of [added, before, added]) await refreshAt(server);
    const moved = await beside(before, [newer, older]);
    for (const server of [moved, added, moved]) await refreshAt(server);
    const dropped = await beside(before, [newer]);
    for (const server of [dropped, moved, dropped]) await refreshAt(server);
  });

  it('that a server does not know yet are 503 to it, and never the end of a session', async () => {
    const server = await openServer({ kind, secrets: [older] });
    await server.auth.ready();
    const ahead = await beside(server, [newer, older]);
    const { refresh_token } = await ahead.login();
    const answer = expectError(await server.refresh(refresh_token), 503, 'temporarily_unavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expectError(await server.ask('POST', '/logout', { form: { refresh_token } }), 503, 'temporarily_unavailable');
    expectStatus(await ahead.refresh(refresh_token), 200);
  });

  it('that do not open the signing keys stop the start, and say so', async () => {
    const server = await openServer({ kind, secrets: [older] });
    const { refresh_token } = await server.login();
    const wrong = await beside(server, [newer]);
    await expect(wrong.auth.ready()).rejects.toThrow(
      /^secrets: none of the root secrets opens the signing key [\w-]+$/,
    );
    expect((await wrong.refresh(refresh_token)).status).toBeGreaterThanOrEqual(500);
    await server.refreshed(refresh_token);
  });
});

describe('signing keys', () => {
  it('that an operator rolls over are published first and sign later, and the old one stays for its tokens', async () => {
    const server = await openServer();
    const first = await server.login();
    const next = await server.auth.signingKeys.roll();
    expect(await server.auth.signingKeys.roll()).toBe(next);
    expect(await server.auth.signingKeys.list()).toEqual([
      { kid: kidOf(first.access_token), algorithm: 'ES256', state: 'signing' },
      { kid: next, algorithm: 'ES256', state: 'next' },
    ]);
    expect(await publishedKids(server)).toContain(next);
    await server.advance(15 * minutes);
    const before = await server.login();
    expect(kidOf(before.access_token)).toBe(kidOf(first.access_token));
    await server.advance(5 * minutes);
    const after = await server.login();
    expect(kidOf(after.access_token)).toBe(next);
    expectStatus(await server.me(before.access_token), 200);
    expect((await server.auth.signingKeys.list()).map(({ state }) => state)).toEqual(['old', 'signing']);
  });

  it('that are old leave the key set when their last token is dead', async () => {
    const server = await openServer();
    const first = await server.login();
    const next = await server.auth.signingKeys.roll();
    await server.advance(20 * minutes + 15 * minutes + 5 * minutes + 1);
    await server.store.removeExpired(10);
    const restarted = await beside(server, ['the root secret of all these tests']);
    expect(await publishedKids(restarted)).toEqual([next]);
    expectError(await restarted.me(first.access_token), 401, 'invalid_token');
    await restarted.refreshed(first.refresh_token);
  });

  it('that are taken away take their tokens with them at once, and another signs', async () => {
    const server = await openServer();
    const first = await server.login();
    expect(await server.auth.signingKeys.remove('no such key')).toBe('not_found');
    expect(await server.auth.signingKeys.remove(kidOf(first.access_token) ?? '')).toBe('removed');
    expectError(await server.me(first.access_token), 401, 'invalid_token');
    const refreshed = await server.refreshed(first.refresh_token);
    expect(await publishedKids(server)).toEqual([kidOf(refreshed.access_token)]);
    expectStatus(await server.me(refreshed.access_token), 200);
  });

  it('of another algorithm follow when one is configured', async () => {
    const server = await openServer();
    const first = await server.login();
    const other = await beside(server, ['the root secret of all these tests'], { algorithm: 'Ed25519' });
    const during = await other.login();
    expect(decodeProtectedHeader(during.access_token).alg).toBe('ES256');
    await server.advance(20 * minutes);
    await other.ask('GET', '/readyz');
    const after = await other.login();
    expect(decodeProtectedHeader(after.access_token).alg).toBe('Ed25519');
    expectStatus(await other.me(first.access_token), 401);
    expectStatus(await other.me(after.access_token), 200);
  });

  it('are made once by servers that start together', async () => {
    const server = await openServer({ kind: 'SQLite' });
    const others = await Promise.all([1, 2, 3].map(() => beside(server, ['the root secret of all these tests'])));
    const kids = await Promise.all([server, ...others].map(publishedKids));
    expect(new Set(kids.flat()).size).toBe(1);
  });

  it('are published as they were opened, whatever is written beside them in the store later', async () => {
    const server = await openServer();
    const tokens = await server.login();
    const before = (await server.ask('GET', '/.well-known/jwks.json')).body;
    const rootKeys = createRootKeys(['a root secret that somebody else has made up'], issuer);
    const { publicJwk } = generateSigningKey('ES256', rootKeys, { createdAt: 0, signsFrom: 0 });
    await server.store.updateSigningKeys(([own]) => {
      const put = own ? [{ ...own, publicJwk: { ...publicJwk, kid: own.kid } }] : [];
      return { write: { put }, result: undefined };
    });
    // Looks at the keys in the store again.
    await server.auth.signingKeys.remove('no such key');
    expect((await server.ask('GET', '/.well-known/jwks.json')).body).toEqual(before);
    expectStatus(await server.me(tokens.access_token), 200);
  });

  it('whose two parts do not match stop the start', async () => {
    const server = await openServer();
    await server.login();
    const rootKeys = createRootKeys(['the root secret of all these tests'], issuer);
    const times = { createdAt: server.now(), signsFrom: server.now() };
    const [one, other] = [generateSigningKey('ES256', rootKeys, times), generateSigningKey('ES256', rootKeys, times)];
    const mixed: SigningKeyRecord = { ...one, publicJwk: { ...other.publicJwk, kid: one.kid } };
    await server.store.updateSigningKeys(() => ({ write: { put: [mixed] }, result: undefined }));
    const restarted = await beside(server, ['the root secret of all these tests']);
    await expect(restarted.auth.ready()).rejects.toThrow(`signing key ${one.kid}: its two parts do not match`);
  });
});
