import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Authenticate, CreateSessionInput } from '../../src/server/index.ts';
import { expectError, expectStatus, openServer, storeKinds } from './open-server.ts';

describe.each(storeKinds)('a host with users of its own, on the %s store', (kind) => {
  it('starts sessions for them by whatever means it knows them', async () => {
    const server = await openServer({ kind });
    const result = await server.auth.createSession({
      subject: 'user/42',
      clientId: 'bank',
      scope: 'a b',
      acr: 'urn:example:gold',
      amr: ['hwk', 'user'],
      deviceName: 'a key',
      from: { address: '192.0.2.9' },
    });
    if (result.kind !== 'created') throw new Error(result.kind);
    expect(decodeJwt(result.tokens.access_token)).toMatchObject({
      sub: 'user/42',
      client_id: 'bank',
      scope: 'a b',
      acr: 'urn:example:gold',
      amr: ['hwk', 'user'],
    });
    const refreshed = await server.refreshed(result.tokens.refresh_token);
    expect((await server.me(refreshed.access_token)).body).toMatchObject({
      sub: 'user/42',
      device: { name: 'a key', last_ip: '192.0.2.1' },
    });
  });

  it('names the device by refresh tokens, and only those of the same user', async () => {
    const server = await openServer({ kind });
    const ada = await server.login();
    const bob = await server.login({ username: 'bob' });
    const refreshTokens = ['no token', bob.refresh_token, ada.refresh_token];
    const result = await server.auth.createSession({ subject: 'id-of-ada', refreshTokens });
    expect(result).toMatchObject({ kind: 'created', tokens: { device_id: ada.device_id } });
    expect(result).toMatchObject({ replacedSids: [ada.session_id] });
  });

  it('ends a session, or all of a user’s but one', async () => {
    const server = await openServer({ kind });
    const [one, two, three, four] = [
      await server.login(),
      await server.login(),
      await server.login(),
      await server.login(),
    ];
    await server.auth.revokeSession(one.session_id);
    await server.auth.revokeSession(one.session_id);
    await server.auth.revokeSession('no such session');
    expectError(await server.refresh(one.refresh_token), 400, 'invalid_grant');
    await server.auth.revokeSessions('id-of-ada', two.session_id);
    for (const { refresh_token } of [three, four]) {
      expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
    }
    await server.refreshed(two.refresh_token);
    await server.auth.revokeSessions('id-of-ada');
    expectError(await server.refresh(two.refresh_token), 400, 'invalid_grant');
    await server.refreshed((await server.login()).refresh_token);
  });

  it('disables a user it never told us about, whom nobody can sign in any more', async () => {
    const server = await openServer({ kind });
    await server.auth.disableUser('id-of-ada');
    const asked = { json: { username: 'ada', password: 'right' } };
    expectError(await server.ask('POST', '/login', asked), 401, 'invalid_credentials');
    const result = await server.auth.createSession({ subject: 'id-of-ada' });
    expect(result).toEqual({ kind: 'refused', reason: 'user_disabled' });
  });

  it('tells the feed so that no session which began before is taken, and every later one is', async () => {
    const server = await openServer({ kind });
    const before = await server.login();
    await server.auth.revokeSessions('id-of-ada');
    const after = await server.login();
    const { entries } = await server.store.readRevocations(undefined);
    const [entry] = entries;
    if (entry === undefined || 'sid' in entry) throw new Error('an entry about the user');
    const startOf = (sid: string) => Buffer.from(sid, 'base64url').readUIntBE(4, 6);
    expect(startOf(before.session_id)).toBeLessThan(entry.before);
    expect(startOf(after.session_id)).toBeGreaterThanOrEqual(entry.before);
  });
});

describe('a host', () => {
  it.each<[string, Partial<CreateSessionInput>]>([
    ['unauthorized_client', { clientId: 'other' }],
    ['invalid_scope', { scope: 'openid admin' }],
  ])('has no session begun that the configuration knows nothing of: %s', async (reason, more) => {
    const server = await openServer({ clients: ['app', 'bank'], scopes: ['openid'] });
    expect(await server.auth.createSession({ subject: 'ada', ...more })).toEqual({ kind: 'refused', reason });
    const signingIn = server.auth.signIn({ username: 'ada', password: 'right', ...more });
    expect(await signingIn).toEqual({ kind: reason });
    expect(server.store.calls).not.toContain('updateSubject');
    expect(server.events.filter(({ type }) => type === 'sign_in_failed')).toEqual([]);
    for (const known of [{}, { clientId: 'bank', scope: 'openid' }, { scope: '' }]) {
      expect(await server.auth.createSession({ subject: 'ada', ...known })).toMatchObject({ kind: 'created' });
    }
  });

  it('that leaves out the client has it be “app”, which has to be one that there is', async () => {
    const { auth } = await openServer({ clients: ['bank'] });
    expect(await auth.createSession({ subject: 'ada' })).toEqual({ kind: 'refused', reason: 'unauthorized_client' });
  });

  it('can veto a refresh, which ends the session', async () => {
    const asked: string[] = [];
    let isAllowed = true;
    const server = await openServer({
      onRefresh: ({ subject }) => {
        asked.push(subject);
        return { allowed: isAllowed };
      },
    });
    const tokens = await server.login();
    await server.advance(60);
    const second = await server.refreshed(tokens.refresh_token);
    expect(asked).toEqual(['id-of-ada']);
    isAllowed = false;
    await server.advance(60);
    expectError(await server.refresh(second.refresh_token), 400, 'invalid_grant');
    expectError(await server.me(second.access_token), 401, 'invalid_token');
    isAllowed = true;
    expectError(await server.refresh(second.refresh_token), 400, 'invalid_grant');
    expect(asked).toHaveLength(2);
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: 'session_revoked', reason: 'refused_by_host' }),
    );
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no'))],
    ['says nothing', () => undefined],
    ['says no in its own words', () => ({ allowed: 'no' })],
  ])('that %s about a refresh ends nothing', async (_what, onRefresh) => {
    const server = await openServer({ onRefresh: onRefresh as never });
    const tokens = await server.login();
    const written = server.store.writes.length;
    const answer = expectError(await server.refresh(tokens.refresh_token), 503, 'temporarily_unavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(server.store.writes).toHaveLength(written);
    expectStatus(await server.me(tokens.access_token), 200);
  });

  it('is asked about a hundred parallel refreshes of one token, which have one successor', async () => {
    const server = await openServer({ onRefresh: async () => ({ allowed: true }) });
    const { refresh_token } = await server.login();
    const answers = await Promise.all(Array.from({ length: 100 }, () => server.refresh(refresh_token)));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  it.each<[string, Partial<CreateSessionInput>]>([
    ['subject', { subject: '' }],
    ['subject', { subject: 'x'.repeat(256) }],
    ['subject', { subject: undefined as never }],
    ['clientId', { clientId: 'a b' }],
    ['scope', { scope: 'a  b' }],
    ['acr', { acr: '' }],
    ['amr', { amr: ['two words'] }],
    ['subject', { subject: 'ada\ud800' }],
    ['subject', { subject: 'ada\0' }],
    ['acr', { acr: '\udc00' }],
    ['deviceName', { deviceName: 'a \ud83d phone' }],
    ['deviceName', { deviceName: 5 as never }],
    ['remember', { remember: 'no' as never }],
    ['refreshTokens', { refreshTokens: 'tsr_AAAA' as never }],
    ['refreshTokens', { refreshTokens: [null as never] }],
    ['from', { from: '192.0.2.1' as never }],
    ['from.address', { from: { address: '192.0.2.1\0' } }],
    ['from.userAgent', { from: { userAgent: null as never } }],
  ])('that starts a session with a wrong %s is told so', async (option, input) => {
    const server = await openServer();
    const creating = server.auth.createSession({ subject: 'ada', ...input });
    await expect(creating).rejects.toThrow(TypeError);
    await expect(creating).rejects.toThrow(new RegExp(`^${option}(\\.0)?: `));
    expect(server.store.writes.filter((write) => 'putSessions' in (write as object))).toEqual([]);
  });

  it.each([
    ['subject', { authenticated: true, subject: 'ada\ud800' }],
    ['subject', { authenticated: true, subject: 'ada\0' }],
    ['acr', { authenticated: true, subject: 'ada', acr: '\ud800' }],
  ] as const)('whose user check gives a %s that no token can hold signs nobody in', async (_what, answer) => {
    const server = await openServer({ authenticate: () => answer });
    const asked = { json: { username: 'ada', password: 'right' } };
    expectError(await server.ask('POST', '/login', asked), 503, 'temporarily_unavailable');
    expect(server.store.writes.filter((write) => 'putSessions' in (write as object))).toEqual([]);
  });

  it('that has no name for a device gets the one that its browser gives', async () => {
    const server = await openServer();
    const result = await server.auth.createSession({ subject: 'ada', deviceName: '' });
    if (result.kind !== 'created') throw new Error(result.kind);
    expect((await server.me(result.tokens.access_token)).body.device.name).toBe('Unknown device');
  });

  const noNames = [undefined, null, 5, {}, '', 'ada\ud800', 'ada\0'] as unknown[] as string[];

  it.each(noNames)('that has lost a name, and has %j, is told so and believes nothing to have ended', async (lost) => {
    const { auth, store } = await openServer();
    const acts: [string, () => Promise<unknown>][] = [
      ['sid', () => auth.revokeSession(lost)],
      ['subject', () => auth.revokeSessions(lost)],
      ['subject', () => auth.disableUser(lost)],
      ['subject', () => auth.enableUser(lost)],
      ['subject', () => auth.setPassword({ subject: lost, password: 'a password of hers' })],
      ['subject', () => auth.listDevices(lost)],
      ['deviceId', () => auth.removeDevice('ada', lost)],
      ['deviceId', () => auth.changeDevice('ada', lost, {})],
    ];
    for (const [argument, act] of acts) await expect(act()).rejects.toThrow(new RegExp(`^${argument}: `));
    expect(store.writes).toEqual([]);
  });

  it('cuts off what is too long for the name of a device, and keeps the name where there is none', async () => {
    const server = await openServer();
    const { device_id } = await server.login();
    const rename = async (name: unknown) => {
      const changed = await server.auth.changeDevice('id-of-ada', device_id, { name: name as string });
      return changed.kind === 'changed' && changed.device.name;
    };
    expect(await rename('😀'.repeat(65))).toBe('😀'.repeat(64));
    expect(await rename('')).toBe('😀'.repeat(64));
    for (const wrong of [5, null, 'a \ud83d phone']) await expect(rename(wrong)).rejects.toThrow(/^name: /);
  });

  it('knows of no password to its own users', async () => {
    let seen: unknown;
    const authenticate: Authenticate = (credentials) => {
      seen = credentials;
      return { authenticated: true, subject: 'ada' };
    };
    const server = await openServer({ authenticate });
    await server.login({ username: 'Ada ', password: ' as it is ', client_id: 'bank' });
    expect(seen).toEqual({ username: 'Ada ', password: ' as it is ' });
  });
});
