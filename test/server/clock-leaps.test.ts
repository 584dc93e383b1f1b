/**
 * A clock that is an hour ahead all at once: that of the machine, and with it the store's. Sessions whose time is over by it alone
 * are not ended, since they could not be brought back.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectError, openServer, storeKinds, type TestServer } from './open-server.ts';

const hour = 3_600;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Sets the clock of the machine, and with it the store's. */
async function leap(server: TestServer, seconds: number): Promise<void> {
  vi.setSystemTime(Date.now() + seconds * 1000);
  await server.advance(seconds);
}

/** Lets time pass, by every clock. */
async function pass(server: TestServer, seconds: number): Promise<void> {
  vi.advanceTimersByTime(seconds * 1000);
  await server.advance(seconds);
}

describe.each(storeKinds)('a clock that leaps ahead, with the %s store,', (kind) => {
  it.each([
    ['inactivity', { inactivityTimeoutSeconds: 900 }],
    ['absolute', { inactivityTimeoutSeconds: 0, absoluteLifetimeSeconds: 900 }],
  ])('ends no session by its %s end, and the session goes on once the clock is right', async (_name, options) => {
    const server = await openServer({ kind, ...options });
    const { refresh_token } = await server.login();
    await leap(server, hour);
    const answer = expectError(await server.refresh(refresh_token), 503, 'temporarily_unavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(server.events).toContainEqual(expect.objectContaining({ type: 'fault', where: 'clock' }));
    await leap(server, -hour);
    await server.refreshed(refresh_token);
  });

  it('is believed after ten minutes', async () => {
    const server = await openServer({ kind, inactivityTimeoutSeconds: 900 });
    const { refresh_token } = await server.login();
    await leap(server, hour);
    expectError(await server.refresh(refresh_token), 503, 'temporarily_unavailable');
    await pass(server, 599);
    expectError(await server.refresh(refresh_token), 503, 'temporarily_unavailable');
    await pass(server, 1);
    expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
  });

  it('still takes what is live, and still refuses what was revoked', async () => {
    const server = await openServer({ kind, inactivityTimeoutSeconds: 2 * hour });
    const live = await server.login();
    const ended = await server.login();
    await server.ask('POST', '/logout', { form: { refresh_token: ended.refresh_token } });
    await leap(server, hour);
    await server.refreshed(live.refresh_token);
    expectError(await server.refresh(ended.refresh_token), 400, 'invalid_grant');
  });

  it.each<[string, (server: TestServer, refreshToken: string) => Promise<unknown>]>([
    ['signs out', (server, refresh_token) => server.ask('POST', '/logout', { form: { refresh_token } })],
    ['is signed out everywhere', (server) => server.auth.revokeSessions('id-of-ada')],
  ])('brings nothing back of a user who %s meanwhile', async (_name, end) => {
    const server = await openServer({ kind, inactivityTimeoutSeconds: 900 });
    const { refresh_token } = await server.login();
    await leap(server, hour);
    await end(server, refresh_token);
    await leap(server, -hour);
    expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
  });

  it('has nothing swept away', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
    const server = await openServer({ kind, inactivityTimeoutSeconds: 900 });
    const { refresh_token } = await server.login();
    await leap(server, hour);
    // A round of the maintenance, which sweeps unless it is told not to.
    await vi.advanceTimersByTimeAsync(60_000);
    await leap(server, -hour);
    await server.refreshed(refresh_token);
  });

  it('has nothing to do with time that passes', async () => {
    const server = await openServer({ kind, inactivityTimeoutSeconds: 900 });
    const { refresh_token } = await server.login();
    await pass(server, hour);
    expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
  });
});
