/**
 * First light in both modes: the same story from sign-in to sign-out, with everything that differs in one table.
 */
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { createKeyHolder } from './key-holder.ts';
import {
  expectError,
  expectStatus,
  openServer,
  type ServerOptions,
  storeKinds,
  type TestServer,
} from './open-server.ts';

const refreshTypes = { stored: /^tsr_[\w-]{48,60}$/, stateless: /^eyJ[\w-]+\.[\w-]+\.[\w-]{43}$/ };

/** Everything that a client may notice. */
const differences = {
  stored: {
    refreshToken: refreshTypes.stored,
    loginWithoutProof: 200,
    afterSixtySeconds: 'rotate',
    again: 'retry',
    isSameOnRetry: true,
    theFirstAfterTheWindow: 'rebranch',
    aReplay: 400,
    devices: 200,
    renameDevice: 200,
    removeDevice: 204,
    removedOthers: 1,
    meHasDevice: true,
    rows: 1,
  },
  stateless: {
    refreshToken: refreshTypes.stateless,
    loginWithoutProof: 400,
    afterSixtySeconds: 'slide',
    again: 'slide',
    isSameOnRetry: false,
    theFirstAfterTheWindow: 'slide',
    aReplay: 200,
    devices: 501,
    renameDevice: 501,
    removeDevice: 501,
    removedOthers: 0,
    meHasDevice: false,
    rows: 0,
  },
} as const;

const outcomeOf = (answer: { readonly headers: Headers }) => answer.headers.get('tallystick-refresh');

const cases = (['stored', 'stateless'] as const).flatMap((mode) => storeKinds.map((kind) => ({ mode, kind })));

describe.each(cases)('first light with $mode sessions, on the $kind store', ({ mode, kind }) => {
  const expected = differences[mode];
  const open = (options: ServerOptions = {}) => openServer({ kind, mode, ...options });

  it('signs in, refreshes, and tells who is there', async () => {
    const server = await open();
    const holder = createKeyHolder();
    const tokens = await holder.login(server, { device_name: 'Phone', scope: 'accounts' });
    expect(tokens.refresh_token).toMatch(expected.refreshToken);
    expect(decodeProtectedHeader(tokens.access_token).typ).toBe('at+jwt');
    const claims = decodeJwt(tokens.access_token);
    await server.advance(60);
    const answer = expectStatus(await holder.refresh(server, tokens.refresh_token), 200);
    expect(outcomeOf(answer)).toBe(expected.afterSixtySeconds);
    const again = expectStatus(await holder.refresh(server, tokens.refresh_token), 200);
    expect(outcomeOf(again)).toBe(expected.again);
    expect(again.body.refresh_token === answer.body.refresh_token).toBe(expected.isSameOnRetry);
    const { iat, exp, jti, ...lasting } = decodeJwt(answer.body.access_token);
    expect(claims).toEqual({ ...claims, ...lasting });
    expect(answer.body).toMatchObject({
      session_id: tokens.session_id,
      device_id: tokens.device_id,
      scope: 'accounts',
      session_ends_at: tokens.session_ends_at,
      refresh_token_expires_at: tokens.refresh_token_expires_at + 60,
    });
    const me = expectStatus(await server.me(answer.body.access_token), 200).body;
    expect(me).toMatchObject({ sub: 'id-of-ada', session: { sid: tokens.session_id, scope: 'accounts' } });
    expect(me.device !== undefined).toBe(expected.meHasDevice);
    const [row] = await server.store.findSessions([tokens.session_id]);
    expect(row === undefined ? 0 : 1).toBe(expected.rows);
  });

  it('answers a late retry, and sees a replay only where it can', async () => {
    const server = await open();
    const holder = createKeyHolder();
    const first = await holder.login(server);
    await server.advance(60);
    await holder.refreshed(server, first.refresh_token);
    await server.advance(60);
    const late = expectStatus(await holder.refresh(server, first.refresh_token), 200);
    expect(outcomeOf(late)).toBe(expected.theFirstAfterTheWindow);
    let newest = late.body.refresh_token;
    for (let round = 0; round < 4; round += 1) {
      await server.advance(60);
      newest = (await holder.refreshed(server, newest)).refresh_token;
    }
    await server.advance(60);
    expectStatus(await holder.refresh(server, first.refresh_token), expected.aReplay);
  });

  it('needs a key at sign-in where nothing else would tell a thief from the owner', async () => {
    const server = await open();
    const answer = await server.ask('POST', '/login', { json: { username: 'ada', password: 'right' } });
    expectStatus(answer, expected.loginWithoutProof);
    if (answer.status === 200) return;
    expect(expectError(answer, 400, 'invalid_dpop_proof').body.error_description).toBe('A DPoP proof is needed.');
  });

  it('lists devices, or says that there is no list', async () => {
    const server = await open();
    const { access_token: bearer, device_id } = await createKeyHolder().login(server);
    const list = expectStatus(await server.ask('GET', '/devices', { bearer }), expected.devices);
    const patch = await server.ask('PATCH', `/devices/${device_id}`, { bearer, json: { name: 'Laptop' } });
    expectStatus(patch, expected.renameDevice);
    const removal = expectStatus(
      await server.ask('DELETE', `/devices/${device_id}`, { bearer }),
      expected.removeDevice,
    );
    for (const answer of [list, patch, removal].filter(({ status }) => status >= 400)) {
      expectError(answer, 501, 'stateless_sessions');
      expect(answer.body.error_description).toContain('stateless');
    }
  });

  it('tells a client whose session has ended so, where there is no list as well', async () => {
    const server = await open();
    const { access_token: bearer, device_id } = await createKeyHolder().login(server);
    expectStatus(await server.ask('POST', '/logout', { bearer }), 204);
    const asked = [
      ['GET', '/devices'],
      ['PATCH', `/devices/${device_id}`],
      ['DELETE', `/devices/${device_id}`],
    ] as const;
    for (const [method, path] of asked) {
      expectError(await server.ask(method, path, { bearer }), 401, 'invalid_token');
      expectError(await server.ask(method, path), 401, 'invalid_token');
    }
  });

  it('ends the other sessions and keeps this one', async () => {
    const server = await open();
    const [here, there] = [createKeyHolder(), createKeyHolder()];
    const other = await there.login(server);
    const own = await here.login(server);
    await server.advance(5);
    const answer = expectStatus(await server.ask('DELETE', '/devices', { bearer: own.access_token }), 200);
    expect(answer.body).toEqual({ removed: expected.removedOthers });
    expectError(await there.refresh(server, other.refresh_token), 400, 'invalid_grant');
    expectStatus(await server.me(other.access_token), 401);
    expectStatus(await server.me(own.access_token), 200);
    const next = await here.refreshed(server, own.refresh_token);
    expectStatus(await server.me(next.access_token), 200);
    const later = await there.login(server);
    await server.advance(60);
    await there.refreshed(server, later.refresh_token);
  });

  it.each([
    [
      '/logout by the refresh token',
      (server: TestServer, refreshToken: string) =>
        server.ask('POST', '/logout', { form: { refresh_token: refreshToken } }),
    ],
    [
      '/logout by the access token',
      (server: TestServer, _: string, bearer: string) => server.ask('POST', '/logout', { bearer }),
    ],
    [
      '/revoke',
      (server: TestServer, refreshToken: string) =>
        server.ask('POST', '/revoke', { form: { token: refreshToken, client_id: 'app' } }),
    ],
  ])('signs out for good: %s', async (_name, signOut) => {
    const server = await open();
    const [here, there] = [createKeyHolder(), createKeyHolder()];
    const [own, other] = [await here.login(server), await there.login(server)];
    const newer = await here.refreshed(server, own.refresh_token);
    expect((await signOut(server, own.refresh_token, own.access_token)).status).toBeLessThan(300);
    for (const { refresh_token } of [own, newer]) {
      expectError(await here.refresh(server, refresh_token), 400, 'invalid_grant');
    }
    expectStatus(await server.me(newer.access_token), 401);
    await there.refreshed(server, other.refresh_token);
  });

  it('ends with its limits, of which no refresh moves the absolute one', async () => {
    const server = await open({ inactivityTimeoutSeconds: 600, absoluteLifetimeSeconds: 1_000 });
    const holder = createKeyHolder();
    const idle = await holder.login(server);
    let tokens = await holder.login(server);
    await server.advance(500);
    tokens = await holder.refreshed(server, tokens.refresh_token);
    await server.advance(100);
    expectError(await holder.refresh(server, idle.refresh_token), 400, 'invalid_grant');
    await server.advance(399);
    tokens = await holder.refreshed(server, tokens.refresh_token);
    expect(tokens.expires_in).toBe(1);
    await server.advance(1);
    expectError(await holder.refresh(server, tokens.refresh_token), 400, 'invalid_grant');
  });

  it('never ends where both limits are 0', async () => {
    const server = await open({ inactivityTimeoutSeconds: 0, absoluteLifetimeSeconds: 0 });
    const holder = createKeyHolder();
    const tokens = await holder.login(server);
    expect(tokens).toMatchObject({ refresh_token_expires_at: 0, session_ends_at: 0 });
    await server.advance(10 * 365 * 86_400);
    await holder.refreshed(server, tokens.refresh_token);
  });

  it('ends a user’s sessions with their password and with the user', async () => {
    const server = await open({ users: { ada: 'correct horse battery staple' } });
    const [here, there] = [createKeyHolder(), createKeyHolder()];
    const login = (holder: typeof here) => holder.login(server, { password: 'correct horse battery staple' });
    const [own, other] = [await login(here), await login(there)];
    const json = { current_password: 'correct horse battery staple', new_password: 'a better horse, in truth' };
    expectStatus(await server.ask('POST', '/password', { bearer: own.access_token, json }), 204);
    expectError(await there.refresh(server, other.refresh_token), 400, 'invalid_grant');
    const next = await here.refreshed(server, own.refresh_token);
    const { sub } = decodeJwt(next.access_token);
    await server.auth.disableUser(String(sub));
    expectError(await here.refresh(server, next.refresh_token), 400, 'invalid_grant');
    expectStatus(await server.me(next.access_token), 401);
  });

  it('ends all of a user’s sessions with a password that an operator sets', async () => {
    const server = await open({ users: { ada: 'correct horse battery staple' } });
    const holder = createKeyHolder();
    const tokens = await holder.login(server, { password: 'correct horse battery staple' });
    const subject = String(decodeJwt(tokens.access_token).sub);
    await server.auth.setPassword({ subject, password: 'a better horse, in truth' });
    expectError(await holder.refresh(server, tokens.refresh_token), 400, 'invalid_grant');
    expectStatus(await server.me(tokens.access_token), 401);
    const next = await holder.login(server, { password: 'a better horse, in truth' });
    await holder.refreshed(server, next.refresh_token);
  });

  it('gives two tokens that fit in 1.5 KB together', async () => {
    const server = await open();
    const tokens = await createKeyHolder().login(server);
    expect(tokens.access_token.length + tokens.refresh_token.length).toBeLessThanOrEqual(1_536);
  });
});
