// Attack: make a victim sign in on a session, a device or a cookie that the attacker knows.
import { describe, expect, it } from 'vitest';
import { expectError, expectStatus, issuer, openServer, storeKinds } from '../../server/open-server.ts';

describe.each(storeKinds)('a sign-in, on the %s store', (kind) => {
  it('never goes on with a session that was there before, and ends the one that was shown', async () => {
    const server = await openServer({ kind });
    const planted = await server.login();
    const victim = await server.login({ refresh_token: planted.refresh_token });
    expect(victim.session_id).not.toBe(planted.session_id);
    expect(victim.refresh_token).not.toBe(planted.refresh_token);
    expectError(await server.refresh(planted.refresh_token), 400, 'invalid_grant');
    expectError(await server.me(planted.access_token), 401, 'invalid_token');
  });

  it('with a planted session of the attacker’s ends that, and is on a device of the victim’s own', async () => {
    const server = await openServer({ kind });
    const planted = await server.login({ username: 'mallory' });
    const victim = await server.login({ refresh_token: planted.refresh_token });
    expect(victim.device_id).not.toBe(planted.device_id);
    expectError(await server.refresh(planted.refresh_token), 400, 'invalid_grant');
    const { body } = await server.ask('GET', '/devices', { bearer: victim.access_token });
    expect(body.devices).toHaveLength(1);
  });

  it('by a thief of the password is on no device of the victim’s for a token of the thief’s own, and is told of', async () => {
    const server = await openServer({ kind });
    const victim = await server.login();
    const { refresh_token } = await server.login({ username: 'mallory' });
    const stolen = await server.login({ refresh_token });
    expect(stolen.device_id).not.toBe(victim.device_id);
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: 'device_added', subject: 'id-of-ada', deviceId: stolen.device_id }),
    );
    await server.refreshed(victim.refresh_token);
  });

  it('takes neither a session id nor a device id from the request', async () => {
    const server = await openServer({ kind });
    const known = await server.login();
    const claims = {
      device_id: known.device_id,
      session_id: known.session_id,
      sid: known.session_id,
      id: known.device_id,
    };
    const next = await server.login(claims, { headers: { 'Tallystick-Client': known.session_id } });
    expect(next.device_id).not.toBe(known.device_id);
    expect(next.session_id).not.toBe(known.session_id);
    await server.refreshed(known.refresh_token);
  });

  it('with a planted cookie takes it off the browser', async () => {
    const server = await openServer({ kind });
    const planted = await server.login({ username: 'mallory' });
    const name = `__Host-tallystick-${planted.session_id.slice(-8)}`;
    const answer = await server.ask('POST', '/login', {
      json: { username: 'ada', password: 'right', token_delivery: 'cookie' },
      headers: { Origin: issuer, 'Tallystick-Client': 'new', Cookie: `${name}=${planted.refresh_token}` },
    });
    const lines = expectStatus(answer, 200).headers.getSetCookie();
    expect(lines).toHaveLength(2);
    expect(lines.find((line) => line.startsWith(`${name}=;`))).toContain('Max-Age=0');
    expectError(await server.refresh(planted.refresh_token), 400, 'invalid_grant');
  });
});
