import { describe, expect, it } from 'vitest';
import { expectError, expectStatus, openServer, storeKinds, type TestServer, type Tokens } from './open-server.ts';

async function list(server: TestServer, { access_token }: Tokens) {
  return expectStatus(await server.ask('GET', '/devices', { bearer: access_token }), 200).body.devices;
}

const remove = (server: TestServer, { access_token }: Tokens, id: string) =>
  server.ask('DELETE', `/devices/${id}`, { bearer: access_token });

const change = (server: TestServer, { access_token }: Tokens, id: string, json: unknown) =>
  server.ask('PATCH', `/devices/${id}`, { bearer: access_token, json });

/** Insists on the challenge of RFC 9470. */
function expectStepUp(answer: Parameters<typeof expectError>[0]): void {
  expectError(answer, 401, 'insufficient_user_authentication');
  expect(answer.headers.get('www-authenticate')).toMatch(
    /^Bearer .*error="insufficient_user_authentication".*max_age="?600"?/,
  );
}

describe.each(storeKinds)('devices, on the %s store', (kind) => {
  it('are listed with the present one first', async () => {
    const server = await openServer({ kind });
    const [first, second] = [await server.login(), await server.login()];
    await server.login({ username: 'bob' });
    const ids = async (tokens: Tokens) => (await list(server, tokens)).map((device: { id: string }) => device.id);
    expect(await ids(first)).toEqual([first.device_id, second.device_id]);
    expect(await ids(second)).toEqual([second.device_id, first.device_id]);
  });

  it('show their last use to the hour, and where it was', async () => {
    const server = await openServer({ kind });
    const tokens = await server.login();
    await server.advance(2 * 3_600 + 100);
    const { access_token } = await server.refreshed(tokens.refresh_token, { from: '198.51.100.9' });
    const [device] = await list(server, { ...tokens, access_token });
    expect(device).toMatchObject({ last_ip: '198.51.100.9' });
    expect(device.last_used_at).toBe(Math.floor(server.now() / 3_600_000) * 3_600);
  });

  it('are removed, which ends their session at once', async () => {
    const server = await openServer({ kind });
    const [here, there] = [await server.login(), await server.login()];
    expectStatus(await remove(server, here, there.device_id), 204);
    expectError(await server.refresh(there.refresh_token), 400, 'invalid_grant');
    expectError(await server.me(there.access_token), 401, 'invalid_token');
    expect(await list(server, here)).toHaveLength(1);
    expectError(await remove(server, here, there.device_id), 404, 'not_found');
    const { entries } = await server.store.readRevocations(undefined);
    expect(entries).toMatchObject([{ sid: there.session_id }]);
    expect(server.events).toContainEqual({
      type: 'device_removed',
      subject: 'id-of-ada',
      deviceId: there.device_id,
    });
  });

  it('that were removed are new at the next sign-in', async () => {
    const server = await openServer({ kind });
    const [here, there] = [await server.login(), await server.login({ device_name: 'old name' })];
    await remove(server, here, there.device_id);
    const again = await server.login({ refresh_token: there.refresh_token });
    expect(again.device_id).not.toBe(there.device_id);
  });

  it('are signed out and stay in the list, and are known at the next sign-in', async () => {
    const server = await openServer({ kind });
    const [here, there] = [await server.login(), await server.login()];
    const answer = expectStatus(await change(server, here, there.device_id, { signed_in: false }), 200);
    expect(answer.body).toMatchObject({ id: there.device_id, signed_in: false, current: false });
    expectError(await server.refresh(there.refresh_token), 400, 'invalid_grant');
    expect(await list(server, here)).toMatchObject([{ signed_in: true }, { id: there.device_id, signed_in: false }]);
    const again = await server.login({ refresh_token: there.refresh_token });
    expect(again.device_id).toBe(there.device_id);
  });

  it('can be renamed, and keep their name', async () => {
    const server = await openServer({ kind });
    const [here, there] = [await server.login(), await server.login()];
    const answer = expectStatus(await change(server, here, there.device_id, { name: 'Großmutters Gerät 📱' }), 200);
    expect(answer.body).toMatchObject({ name: 'Großmutters Gerät 📱', signed_in: true });
    const again = await server.login({ refresh_token: there.refresh_token });
    expect((await list(server, again))[0]).toMatchObject({ id: there.device_id, name: 'Großmutters Gerät 📱' });
  });

  it('can sign themselves out and remove themselves', async () => {
    const server = await openServer({ kind });
    const [first, second] = [await server.login(), await server.login()];
    await server.advance(601);
    expectStatus(await change(server, first, first.device_id, { signed_in: false }), 200);
    expectStatus(await remove(server, second, second.device_id), 204);
    for (const { access_token } of [first, second]) expectError(await server.me(access_token), 401, 'invalid_token');
  });

  it('are all removed but the present one', async () => {
    const server = await openServer({ kind });
    const [here, ...others] = [await server.login(), await server.login(), await server.login()];
    const stranger = await server.login({ username: 'bob' });
    const answer = await server.ask('DELETE', '/devices', { bearer: here.access_token });
    expect(expectStatus(answer, 200).body).toEqual({ removed: 2 });
    for (const { refresh_token } of others) expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
    await server.refreshed(here.refresh_token);
    await server.refreshed(stranger.refresh_token);
    expect(await list(server, here)).toMatchObject([{ id: here.device_id }]);
    const { entries } = await server.store.readRevocations(undefined);
    expect(entries).toMatchObject([{ subject: 'id-of-ada', exceptSid: here.session_id }]);
    const later = await server.login();
    expect((await server.me(later.access_token)).status).toBe(200);
  });

  it('of another user are not there', async () => {
    const server = await openServer({ kind });
    const [mine, theirs] = [await server.login(), await server.login({ username: 'bob' })];
    for (const id of [theirs.device_id, 'no-such-device', '%00', theirs.session_id]) {
      expectError(await remove(server, mine, id), 404, 'not_found');
      expectError(await change(server, mine, id, { name: 'mine now' }), 404, 'not_found');
      expectError(await change(server, mine, id, { signed_in: false }), 404, 'not_found');
    }
    await server.refreshed(theirs.refresh_token);
    expect((await list(server, theirs))[0].name).toBe('Unknown device');
  });

  it('other than the present one are left alone unless the sign-in is recent', async () => {
    const server = await openServer({ kind });
    const there = await server.login();
    const here = await server.login();
    await server.advance(599);
    expectStatus(await change(server, here, there.device_id, { signed_in: false }), 200);
    await server.advance(1);
    const { access_token } = await server.refreshed(here.refresh_token);
    const refreshed = { ...here, access_token };
    expectStepUp(await change(server, refreshed, there.device_id, { signed_in: false }));
    expectStepUp(await remove(server, refreshed, there.device_id));
    expectStepUp(await server.ask('DELETE', '/devices', { bearer: access_token }));
    expectStatus(await change(server, refreshed, there.device_id, { name: 'renamed' }), 200);
    const again = await server.login({ refresh_token: here.refresh_token });
    expectStatus(await remove(server, again, there.device_id), 204);
  });
});

describe('devices', () => {
  it('are shown to nobody without an access token', async () => {
    const server = await openServer();
    const { device_id } = await server.login();
    const asked = [
      ['GET', '/devices'],
      ['DELETE', '/devices'],
      ['PATCH', `/devices/${device_id}`],
      ['DELETE', `/devices/${device_id}`],
    ] as const;
    for (const [method, path] of asked) {
      const answer = expectError(await server.ask(method, path), 401, 'invalid_token');
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]+"$/);
    }
  });

  it('hold no token material', async () => {
    const server = await openServer();
    const tokens = await server.login();
    const { text } = await server.ask('GET', '/devices', { bearer: tokens.access_token });
    for (const secret of [tokens.access_token, tokens.refresh_token, tokens.session_id]) {
      expect(text).not.toContain(secret);
    }
  });

  it('are there for a host to list, change and remove', async () => {
    const server = await openServer();
    const { device_id, refresh_token } = await server.login();
    const { auth } = server;
    expect(await auth.listDevices('id-of-ada')).toMatchObject([{ id: device_id, current: false, signed_in: true }]);
    expect(await auth.changeDevice('id-of-ada', device_id, { name: 'x' })).toMatchObject({ kind: 'changed' });
    expect(await auth.removeDevice('id-of-bob', device_id)).toEqual({ kind: 'not_found' });
    expect(await auth.removeDevice('id-of-ada', device_id)).toEqual({ kind: 'removed' });
    expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
  });
});
