import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseSessionStart } from '../../src/protocol/session-id.ts';
import { expectError, expectStatus, openServer, storeKinds, type Tokens } from './open-server.ts';

const bearer = ({ access_token }: Tokens) => ({ bearer: access_token });

describe.each(storeKinds)('the end of every session, on %s,', (kind) => {
  it('is the end of what each of them has, without a replay', async () => {
    const server = await openServer({ kind });
    const [ada, bob] = [await server.login(), await server.login({ username: 'bob' })];
    await server.refreshed(bob.refresh_token);
    await server.auth.revokeAllSessions();
    for (const tokens of [ada, bob]) {
      expectError(await server.refresh(tokens.refresh_token), 400, 'invalid_grant');
      expectError(await server.me(tokens.access_token), 401, 'invalid_token');
    }
    const types = server.events.map(({ type }) => type);
    expect(types).toContain('all_sessions_revoked');
    expect(types).not.toContain('refresh_replayed');
    expect(await server.auth.listDevices('id-of-ada')).toMatchObject([{ signed_in: false }]);
  });

  it('costs one clean sign-in, on the device that it was', async () => {
    const server = await openServer({ kind });
    const before = await server.login();
    const moment = await server.auth.revokeAllSessions();
    const { refresh_token } = before;
    const after = await server.login({ refresh_token });
    expect(after.device_id).toBe(before.device_id);
    expect(parseSessionStart(after.session_id)).toBeGreaterThanOrEqual(moment.getTime());
    expectStatus(await server.me(after.access_token), 200);
    await server.refreshed(after.refresh_token);
    const { devices } = expectStatus(await server.ask('GET', '/devices', bearer(after)), 200).body;
    expect(devices).toMatchObject([{ current: true, signed_in: true }]);
  });

  it('leaves no signing key that an access token from before was signed with', async () => {
    const server = await openServer({ kind });
    const keysOf = async () => (await server.auth.publicKeys()).keys.map(({ kid }) => kid);
    const before = await keysOf();
    await server.auth.revokeAllSessions();
    const after = await keysOf();
    expect(after).toHaveLength(1);
    expect(before).not.toContain(after[0]);
  });

  it('counts on a server that starts later', async () => {
    const server = await openServer({ kind });
    const tokens = await server.login();
    await server.auth.revokeAllSessions();
    const another = await openServer({ store: server.store });
    expectError(await another.refresh(tokens.refresh_token), 400, 'invalid_grant');
  });
});

describe('the end of every session', () => {
  it('is noticed by a server that runs, within a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await openServer();
    const tokens = await server.login();
    await server.store.raiseNotBefore(10);
    await vi.advanceTimersByTimeAsync(60_000);
    expectError(await server.refresh(tokens.refresh_token), 400, 'invalid_grant');
  });
});

describe('a user who is enabled again', () => {
  it('signs in, and gets none of the old sessions back', async () => {
    const server = await openServer({ users: { ada: 'a good long password' } });
    const signIn = () => server.ask('POST', '/login', { json: { username: 'ada', password: 'a good long password' } });
    const { refresh_token } = expectStatus(await signIn(), 200).body;
    const subject = (await server.auth.directory.find('ada'))?.subject ?? '';
    await server.auth.disableUser(subject);
    expectError(await signIn(), 401, 'invalid_credentials');
    await server.auth.enableUser(subject);
    expectStatus(await signIn(), 200);
    expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
    await server.auth.enableUser(subject);
    expect(server.events.filter(({ type }) => type === 'user_enabled')).toHaveLength(1);
  });
});
