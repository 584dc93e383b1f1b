// Attack: name somebody else's device, session or user wherever a request can name one.
import { describe, expect, it } from 'vitest';
import {
  expectError,
  expectStatus,
  openServer,
  storeKinds,
  type TestServer,
  type Tokens,
} from '../../server/open-server.ts';

/** What a user can see of themselves. */
async function lookAt(server: TestServer, { access_token }: Tokens) {
  const [me, devices] = [await server.me(access_token), await server.ask('GET', '/devices', { bearer: access_token })];
  return [expectStatus(me, 200).body, expectStatus(devices, 200).body];
}

describe.each(storeKinds)('the holder of a token, on the %s store', (kind) => {
  it('does nothing to anybody else’s devices', async () => {
    const server = await openServer({ kind });
    const [mallory, victim] = [await server.login({ username: 'mallory' }), await server.login()];
    const before = await lookAt(server, victim);
    for (const id of [victim.device_id, victim.session_id, 'id-of-ada', encodeURIComponent(`../${victim.device_id}`)]) {
      const path = `/devices/${id}`;
      const bearer = mallory.access_token;
      expectError(await server.ask('DELETE', path, { bearer }), 404, 'not_found');
      expectError(await server.ask('PATCH', path, { bearer, json: { name: 'mine' } }), 404, 'not_found');
      expectError(await server.ask('PATCH', path, { bearer, json: { signed_in: false } }), 404, 'not_found');
    }
    expectStatus(await server.ask('DELETE', '/devices', { bearer: mallory.access_token }), 200);
    expect(await lookAt(server, victim)).toEqual(before);
    await server.refreshed(victim.refresh_token);
  });

  it('is who the token says, whoever the request claims they are', async () => {
    const server = await openServer({ kind });
    const [mallory, victim] = [await server.login({ username: 'mallory' }), await server.login()];
    const claims = { sub: 'id-of-ada', subject: 'id-of-ada', user_id: 'id-of-ada', username: 'ada' };
    const query = new URLSearchParams(claims).toString();
    const headers = {
      'X-User': 'id-of-ada',
      'X-Forwarded-User': 'ada',
      Authorization: `Bearer ${mallory.access_token}`,
    };
    expect((await server.ask('GET', `/me?${query}`, { headers })).body.sub).toBe('id-of-mallory');
    expect((await server.ask('DELETE', `/devices?${query}`, { headers, json: claims })).body).toEqual({ removed: 0 });
    const refreshed = await server.refreshed(mallory.refresh_token, { form: claims });
    expect((await server.me(refreshed.access_token)).body.sub).toBe('id-of-mallory');
    await server.refreshed(victim.refresh_token);
  });

  it('is nobody without a token, whatever ids they know', async () => {
    const server = await openServer({ kind });
    const victim = await server.login();
    const ids = { device_id: victim.device_id, session_id: victim.session_id, sub: 'id-of-ada' };
    const headers = { 'Tallystick-Client': victim.session_id, Cookie: `device_id=${victim.device_id}` };
    expectError(await server.ask('GET', `/me?${new URLSearchParams(ids)}`, { headers }), 401, 'invalid_token');
    expectError(
      await server.ask('POST', '/token', { form: { grant_type: 'refresh_token', ...ids } }),
      400,
      'invalid_request',
    );
    for (const id of Object.values(ids)) {
      expectError(await server.refresh(id), 400, 'invalid_grant');
      expectError(await server.me(id), 401, 'invalid_token');
      expectError(await server.ask('POST', '/logout', { form: { refresh_token: id } }), 400, 'invalid_grant');
    }
    await server.refreshed(victim.refresh_token);
  });

  it.each(['__proto__', 'constructor', 'toString', "' OR 1=1 --", '"; DROP TABLE users; --', '../../etc/passwd', '%'])(
    'is a user like any other where the name is %j',
    async (username) => {
      const server = await openServer({ kind });
      const victim = await server.login();
      const before = await lookAt(server, victim);
      const tokens = await server.login({ username, device_name: username });
      expect((await server.me(tokens.access_token)).body).toMatchObject({
        sub: `id-of-${username}`,
        device: { name: username },
      });
      const { body } = await server.ask('GET', '/devices', { bearer: tokens.access_token });
      expect(body.devices).toHaveLength(1);
      expectStatus(await server.ask('DELETE', `/devices/${tokens.device_id}`, { bearer: tokens.access_token }), 204);
      expect(await lookAt(server, victim)).toEqual(before);
    },
  );
});
