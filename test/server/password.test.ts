import { hash } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../../src/server/directory/password-hash.ts';
import { UnsupportedError } from '../../src/server/index.ts';
import { expectError, expectStatus, openServer, type TestServer } from './open-server.ts';

const old = 'an old password of hers';
const fresh = 'a new password of hers';

const openDirectory = () => openServer({ users: { Ada: old } });
const login = (server: TestServer, password: string, more: object = {}) =>
  server.ask('POST', '/login', { json: { username: 'ada', password, ...more } });
const change = (server: TestServer, bearer: string, current_password: string, new_password: string) =>
  server.ask('POST', '/password', { bearer, json: { current_password, new_password } });

describe('changing a password', () => {
  it('ends the other sessions and keeps this one', async () => {
    const server = await openDirectory();
    const here = expectStatus(await login(server, old), 200).body;
    const there = expectStatus(await login(server, old), 200).body;
    expectStatus(await change(server, here.access_token, old, fresh), 204);
    expectError(await server.refresh(there.refresh_token), 400, 'invalid_grant');
    expectError(await server.me(there.access_token), 401, 'invalid_token');
    await server.refreshed(here.refresh_token);
    expectError(await login(server, old), 401, 'invalid_credentials');
    expectStatus(await login(server, fresh), 200);
    expect(server.events).toContainEqual(expect.objectContaining({ type: 'password_changed' }));
    const { entries } = await server.store.readRevocations(undefined);
    expect(entries).toMatchObject([{ exceptSid: here.session_id }]);
  });

  it('needs the current password, and a recent sign-in', async () => {
    const server = await openDirectory();
    const { access_token, refresh_token } = (await login(server, old)).body;
    const refusal = await change(server, access_token, 'not this one', fresh);
    expectError(refusal, 401, 'invalid_credentials');
    expect(refusal.headers.get('WWW-Authenticate')).toContain('error="invalid_credentials"');
    expectError(await server.ask('POST', '/password', { json: {} }), 401, 'invalid_token');
    await server.advance(600);
    const later = await server.refreshed(refresh_token);
    expectError(await change(server, later.access_token, old, fresh), 401, 'insufficient_user_authentication');
    expectStatus(await login(server, old), 200);
  });

  it.each([
    ['short', 'seven77'],
    ['common', 'Password1'],
    ['long', 'x'.repeat(1_025)],
  ])('refuses a password that is too %s', async (_why, password) => {
    const server = await openDirectory();
    const { access_token } = (await login(server, old)).body;
    const answer = await change(server, access_token, old, password);
    expect([400, answer.status]).toEqual([answer.status, 400]);
    expect(['invalid_password', 'invalid_request']).toContain(answer.body.error);
    expect(answer.text).not.toContain(password);
  });

  it.each([
    ['seven77', 'invalid'],
    // Eight code units, and four characters.
    ['🐎🐎🐎🐎', 'invalid'],
    ['é'.repeat(513), 'invalid'],
    ['é'.repeat(512), 'added'],
    ['a phrase of 128 characters '.padEnd(128, 'x'), 'added'],
  ])('counts characters for the least and bytes for the most: %s is %s', async (password, kind) => {
    const server = await openDirectory();
    expect(await server.auth.directory.add({ username: 'eve', password })).toMatchObject({ kind });
    const signedIn = await server.ask('POST', '/login', { json: { username: 'eve', password } });
    expect(signedIn.status === 200).toBe(kind === 'added');
  });

  it('takes a password as it is: spaces, letters of every script, exact bytes', async () => {
    const server = await openDirectory();
    const exact = '  Ünïcödé ☂ \u0000 passwörd  ';
    const { access_token } = (await login(server, old)).body;
    expectStatus(await change(server, access_token, old, exact), 204);
    expectError(await login(server, exact.trim()), 401, 'invalid_credentials');
    expectError(await login(server, exact.normalize('NFD')), 401, 'invalid_credentials');
    expectStatus(await login(server, exact), 200);
  });

  it('is throttled as signing in is', async () => {
    const server = await openDirectory();
    const { access_token } = (await login(server, old)).body;
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => change(server, access_token, `guess ${index}`, fresh)),
    );
    const verified = answers.filter(({ body }) => body.error === 'invalid_credentials');
    expect(verified).toHaveLength(10);
    for (const answer of answers) {
      if (!verified.includes(answer)) expectError(answer, 429, 'too_many_attempts');
    }
    expectError(await change(server, access_token, old, fresh), 429, 'too_many_attempts');
  });

  it('is not for the users of a host', async () => {
    const server = await openServer();
    const { access_token } = await server.login();
    expectError(await change(server, access_token, 'right', fresh), 404, 'not_found');
  });
});

describe('setting a password', () => {
  it('needs no old one, ends every session, and is one act', async () => {
    const server = await openDirectory();
    const sessions = [(await login(server, old)).body, (await login(server, old)).body];
    const { writes } = server.store;
    writes.length = 0;
    expect(await set(server, fresh)).toEqual({ kind: 'changed' });
    expect(writes).toEqual([
      {
        user: expect.objectContaining({ username: 'ada', passwordHash: expect.stringMatching(/^\$argon2id\$/) }),
        putSessions: sessions.map(({ session_id }) => expect.objectContaining({ sid: session_id })),
        revocations: [expect.objectContaining({ subject: await subjectOf(server), exceptSid: null })],
      },
    ]);
    for (const { refresh_token, access_token } of sessions) {
      expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
      expectError(await server.me(access_token), 401, 'invalid_token');
    }
    expectError(await login(server, old), 401, 'invalid_credentials');
    expectStatus(await login(server, fresh), 200);
  });

  it('changes nothing where the store fails', async () => {
    const server = await openDirectory();
    const { refresh_token } = (await login(server, old)).body;
    const subject = await subjectOf(server);
    server.store.fail(true);
    await expect(server.auth.setPassword({ subject, password: fresh })).rejects.toThrow('told to fail');
    server.store.fail(false);
    expect(server.events.filter(({ type }) => type === 'password_changed')).toEqual([]);
    await server.refreshed(refresh_token);
    expectStatus(await login(server, old), 200);
  });

  it.each([
    ['short', 'seven77', 'Use at least 8 characters.'],
    ['common', 'Password1', 'This password is too common.'],
    ['long', 'x'.repeat(1_025), 'Use at most 1024 bytes.'],
  ])('takes none that is too %s, and changes nothing', async (_why, password, problem) => {
    const server = await openDirectory();
    const { refresh_token } = (await login(server, old)).body;
    expect(await set(server, password)).toEqual({ kind: 'invalid_password', problem });
    await server.refreshed(refresh_token);
    expectStatus(await login(server, old), 200);
  });

  it('stands, whatever somebody else has changed meanwhile', async () => {
    const server = await openDirectory();
    changeBeforeNextWrite(server, await subjectOf(server), await strongHash('whoever was faster'));
    expect(await set(server, fresh)).toEqual({ kind: 'changed' });
    expectError(await login(server, 'whoever was faster'), 401, 'invalid_credentials');
    expectStatus(await login(server, fresh), 200);
  });

  it('leaves a disabled user disabled', async () => {
    const server = await openDirectory();
    await server.auth.disableUser(await subjectOf(server));
    expect(await set(server, fresh)).toEqual({ kind: 'changed' });
    expectError(await login(server, fresh), 401, 'invalid_credentials');
    await server.auth.enableUser(await subjectOf(server));
    expectStatus(await login(server, fresh), 200);
  });

  it('is for nobody who is not in the directory', async () => {
    const server = await openDirectory();
    await server.auth.createSession({ subject: 'a host’s own' });
    await server.auth.revokeSessions('a host’s own');
    const { writes } = server.store;
    writes.length = 0;
    for (const subject of ['nobody', 'a host’s own']) {
      expect(await server.auth.setPassword({ subject, password: fresh })).toEqual({ kind: 'not_found' });
    }
    expect(writes).toEqual([]);
  });

  it('is not for the users of a host, and the error says where their passwords are', async () => {
    const server = await openServer();
    const { refresh_token } = await server.login();
    const setting = server.auth.setPassword({ subject: 'id-of-ada', password: fresh });
    await expect(setting).rejects.toThrow(UnsupportedError);
    await expect(setting).rejects.toThrow(/where the host keeps them/);
    await server.refreshed(refresh_token);
  });
});

describe('the built-in directory', () => {
  it('knows a user by any writing of their name', async () => {
    const server = await openDirectory();
    for (const username of ['ada', 'ADA', 'ａｄａ']) expectStatus(await login(server, old, { username }), 200);
  });

  it('signs nobody in who was disabled, and ends their sessions', async () => {
    const server = await openDirectory();
    const { access_token, refresh_token } = (await login(server, old)).body;
    const wrong = await login(server, 'wrong');
    const { sub, username } = (await server.me(access_token)).body;
    expect(username).toBe('ada');
    await server.auth.disableUser(sub);
    expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
    expectError(await server.me(access_token), 401, 'invalid_token');
    expect((await login(server, old)).text).toBe(wrong.text);
  });

  it('lets no sign-in survive that races with being disabled', async () => {
    const server = await openDirectory();
    const { sub } = (await server.me((await login(server, old)).body.access_token)).body;
    const answers = Promise.all(Array.from({ length: 10 }, () => login(server, old)));
    await server.auth.disableUser(sub);
    for (const { status, body } of await answers) {
      if (status === 200) expectError(await server.refresh(body.refresh_token), 400, 'invalid_grant');
      else expect(status).toBe(401);
    }
  });

  it('is for one of two who know the old one, and the other is told', async () => {
    const server = await openDirectory();
    const { access_token } = (await login(server, old)).body;
    changeBeforeNextWrite(server, await subjectOf(server), await strongHash('whoever was faster'));
    expectError(await change(server, access_token, old, fresh), 401, 'invalid_credentials');
    expectError(await login(server, fresh), 401, 'invalid_credentials');
    expectStatus(await login(server, 'whoever was faster'), 200);
  });

  it('lets nobody in by a password that is changed while it is checked', async () => {
    const server = await openDirectory();
    const subject = await subjectOf(server);
    changeBeforeNextWrite(server, subject, await strongHash(fresh));
    expectError(await login(server, old), 401, 'invalid_credentials');
    expect(await server.auth.listDevices(subject)).toEqual([]);
    expectStatus(await login(server, fresh), 200);
  });

  it('makes a hash again that was made with weaker parameters, and the password stays good', async () => {
    const server = await openDirectory();
    await setHash(server, await subjectOf(server), await weakHash(old));
    for (let round = 0; round < 2; round += 1) expectStatus(await login(server, old), 200);
    const { passwordHash } = (await server.auth.directory.find('ada')) ?? {};
    expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('makes no hash again of a password that is changed meanwhile', async () => {
    const server = await openDirectory();
    const subject = await subjectOf(server);
    await setHash(server, subject, await weakHash(old));
    changeBeforeNextWrite(server, subject, await strongHash(fresh));
    expectError(await login(server, old), 401, 'invalid_credentials');
    expectError(await login(server, old), 401, 'invalid_credentials');
    expectStatus(await login(server, fresh), 200);
  });
});

const set = async (server: TestServer, password: string) =>
  server.auth.setPassword({ subject: await subjectOf(server), password });

const weakHash = (password: string) => hash(password, { memoryCost: 8_192, timeCost: 2, parallelism: 1 });
const strongHash = (password: string) => createPasswordHasher({ concurrency: 1, queue: 1 }).hash(password);

const subjectOf = async ({ auth }: TestServer) => (await auth.directory.find('ada'))?.subject ?? '';

/** What another server of the same store does to her record. */
function setHash({ store }: TestServer, subject: string, passwordHash: string): Promise<void> {
  return store.updateSubject({
    subject,
    shardTag: new Uint8Array(4),
    decide: ({ user }) => ({ write: user && { user: { ...user, passwordHash } }, result: undefined }),
  });
}

/** Has another server be faster than what this one is about to write next. */
function changeBeforeNextWrite(server: TestServer, subject: string, passwordHash: string): void {
  let isChanged = false;
  server.store.before('updateSubject', () => {
    if (isChanged) return;
    isChanged = true;
    void setHash(server, subject, passwordHash);
  });
}
