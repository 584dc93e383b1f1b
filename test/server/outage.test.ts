import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { StoreError } from '../../src/stores/store-error.ts';
import { type Asked, expectError, expectStatus, issuer, openServer, storeKinds, type Tokens } from './open-server.ts';

type Call = readonly [method: string, path: string, asked: (tokens: Tokens) => Asked];

/** Every request that needs the store. */
const calls: readonly Call[] = [
  ['POST', '/login', () => ({ json: { username: 'ada', password: 'right' } })],
  ['POST', '/login', ({ refresh_token }) => ({ json: { username: 'ada', password: 'right', refresh_token } })],
  ['POST', '/token', ({ refresh_token }) => ({ form: { grant_type: 'refresh_token', refresh_token } })],
  ['POST', '/logout', ({ refresh_token }) => ({ form: { refresh_token } })],
  ['POST', '/logout', ({ access_token }) => ({ bearer: access_token })],
  ['POST', '/revoke', ({ refresh_token }) => ({ form: { token: refresh_token } })],
  ['GET', '/me', ({ access_token }) => ({ bearer: access_token })],
  ['GET', '/devices', ({ access_token }) => ({ bearer: access_token })],
  ['DELETE', '/devices', ({ access_token }) => ({ bearer: access_token })],
  ['DELETE', '/devices/x', ({ access_token }) => ({ bearer: access_token })],
  ['PATCH', '/devices/x', ({ access_token }) => ({ bearer: access_token, json: { name: 'x' } })],
  ['GET', '/readyz', () => ({})],
];

describe.each(storeKinds)('an outage of the %s store', (kind) => {
  it.each(calls)('is 503 with Retry-After on %s %s, and changes nothing', async (method, path, asked) => {
    const server = await openServer({ kind });
    const tokens = await server.login();
    const written = server.store.writes.length;
    server.store.fail(true);
    for (let round = 0; round < 2; round += 1) {
      const answer = expectError(await server.ask(method, path, asked(tokens)), 503, 'temporarily_unavailable');
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    server.store.fail(false);
    expect(server.store.writes).toHaveLength(written);
    expect(server.events.filter(({ type }) => type === 'fault')).toHaveLength(2);
    await server.refreshed(tokens.refresh_token);
    expectStatus(await server.me(tokens.access_token), 200);
  });

  it.each(['startAttempts', 'endAttempts'] as const)(
    'in which %s fails answers no sign-in, right or wrong',
    async (method) => {
      const server = await openServer({ kind });
      await server.login();
      const written = server.store.writes.length;
      server.store.before(method, () => {
        throw new StoreError('the store cannot count');
      });
      for (const password of ['wrong', 'right']) {
        const answer = await server.ask('POST', '/login', { json: { username: 'ada', password } });
        expect(expectError(answer, 503, 'temporarily_unavailable').headers.get('retry-after')).toMatch(/^\d+$/);
      }
      expect(server.store.writes).toHaveLength(written);
      server.store.before(method, () => {});
      await server.login();
    },
  );

  it('ends the streams of those who come for the feed, and leaves nobody looking for them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const feedSecret = 'the-secret-of-those-who-follow-the-feed';
    const server = await openServer({ kind, feedSecret });
    await server.auth.ready();
    server.store.fail(true);
    const headers = { Authorization: `Bearer ${feedSecret}`, Accept: 'text/event-stream' };
    for (let round = 0; round < 3; round += 1) {
      const response = await server.auth.handler(new Request(`${issuer}/revocations`, { headers }));
      expect([response.status, await response.text()]).toEqual([200, '']);
    }
    expect(server.events).toContainEqual(expect.objectContaining({ type: 'fault', where: 'GET /revocations' }));
    server.store.fail(false);
    const looks = () => server.store.calls.filter((name) => name === 'readRevocations').length;
    const before = looks();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(looks()).toBe(before);
  });

  it('does not take the keys, the metadata and the process with it', async () => {
    const server = await openServer({ kind });
    await server.login();
    server.store.fail(true);
    for (const path of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server', '/healthz']) {
      expectStatus(await server.ask('GET', path), 200);
    }
  });

  it('from the start is told to the operator, and is over when it is over', async () => {
    const server = await openServer({ kind });
    server.store.fail(true);
    const answer = await server.ask('POST', '/login', { json: { username: 'ada', password: 'right' } });
    expect(expectError(answer, 503, 'temporarily_unavailable').headers.get('retry-after')).toMatch(/^\d+$/);
    expectError(await server.ask('GET', '/readyz'), 503, 'temporarily_unavailable');
    expectStatus(await server.ask('GET', '/healthz'), 200);
    expect(server.events).toContainEqual(expect.objectContaining({ type: 'fault' }));
    server.store.fail(false);
    await server.login();
    expectStatus(await server.ask('GET', '/readyz'), 200);
  });
});

describe('a fault', () => {
  it('of our own says nothing about itself, but to the operator', async () => {
    const server = await openServer({
      accessTokenClaims: () => {
        throw new Error('a secret of the host');
      },
    });
    const answer = await server.ask('POST', '/login', { json: { username: 'ada', password: 'right' } });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).not.toContain('secret');
    expect(server.events).toContainEqual(expect.objectContaining({ type: 'fault' }));
  });

  it('names the place by its route, since a path may hold anything', async () => {
    const server = await openServer();
    const { access_token } = await server.login();
    server.store.fail(true);
    await server.ask('DELETE', '/devices/tsr_secret', { bearer: access_token });
    const faults = server.events.filter(({ type }) => type === 'fault');
    expect(faults).toMatchObject([{ where: 'DELETE /devices/:id' }]);
    expect(JSON.stringify(faults)).not.toContain('tsr_secret');
  });
});
