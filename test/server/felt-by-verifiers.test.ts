// Whatever ends a session is felt by every verifier that follows the feed, by the very access token that was good until then;
// the sessions beside it are not.
import { describe, expect, it, onTestFinished } from 'vitest';
import { createVerifier } from '../../src/verifier/index.ts';
import {
  expectStatus,
  issuer,
  openServer,
  type ServerOptions,
  storeKinds,
  type TestServer,
  type Tokens,
} from './open-server.ts';

/** A verifier that follows the server, and what waits until it has heard something new. */
async function follow(server: TestServer) {
  const heard = Promise.withResolvers<void>();
  const verifier = createVerifier({
    issuer,
    audience: issuer,
    jwks: server.auth.publicKeys,
    feed: server.auth.revocations,
    now: server.now,
    onEvent: ({ type }) => type === 'feed_entries' && heard.resolve(),
  });
  onTestFinished(() => verifier.close());
  await verifier.ready();
  return {
    verdictOn: async ({ access_token }: Tokens) => {
      const result = await verifier.verify(access_token);
      return result.ok ? 'ok' : result.error.detail;
    },
    news: () => heard.promise,
  };
}

interface World {
  readonly server: TestServer;
  /** The session that is to end, and another one of the same user. */
  readonly ended: Tokens;
  readonly beside: Tokens;
}

const ofDevice = async ({ server, ended, beside }: World, method: string, json?: object) =>
  server.ask(method, `/devices/${ended.device_id}`, { bearer: beside.access_token, ...(json ? { json } : {}) });

const ways: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'signs out': ({ server, ended }) => server.ask('POST', '/logout', { bearer: ended.access_token }),
  'revokes its refresh token': ({ server, ended }) =>
    server.ask('POST', '/revoke', { form: { token: ended.refresh_token } }),
  'revokes its access token': ({ server, ended }) =>
    server.ask('POST', '/revoke', { form: { token: ended.access_token } }),
  'removes its device': (world) => ofDevice(world, 'DELETE'),
  'deactivates its device': (world) => ofDevice(world, 'PATCH', { signed_in: false }),
  'removes all other devices': ({ server, beside }) =>
    server.ask('DELETE', '/devices', { bearer: beside.access_token }),
  'signs in on its device again': ({ server, ended }) => server.login({ refresh_token: ended.refresh_token }),
  'replays its refresh token': async ({ server, ended }) => {
    await server.advance(60);
    const second = await server.refreshed(ended.refresh_token);
    await server.advance(60);
    await server.refreshed(second.refresh_token);
    await server.advance(60);
    return server.refresh(ended.refresh_token);
  },
  'is told to end it, by the host': ({ server, ended }) => server.auth.revokeSession(ended.session_id),
  'is told to end all others, by the host': ({ server, beside }) =>
    server.auth.revokeSessions(subject, beside.session_id),
};

const subject = 'id-of-ada';

async function setUp(options: ServerOptions, credentials = {}) {
  const server = await openServer(options);
  const [ended, beside] = [await server.login(credentials), await server.login(credentials)];
  const ofAnother = await server.login({ ...credentials, username: 'bob' });
  const world: World = { server, ended, beside };
  return { world, ofAnother, ...(await follow(server)) };
}

describe.each(storeKinds)('the end of a session is felt, on the %s store', (kind) => {
  it.each(Object.entries(ways))('when somebody %s', async (_name, end) => {
    const { world, ofAnother, verdictOn, news } = await setUp({ kind });
    expect(await verdictOn(world.ended)).toBe('ok');
    await end(world);
    await news();
    expect(await verdictOn(world.ended)).toBe('revoked');
    for (const other of [world.beside, ofAnother]) expect(await verdictOn(other)).toBe('ok');
    expectStatus(await world.server.me(world.ended.access_token), 401);
  });

  it.each<[string, (world: World) => Promise<unknown>]>([
    ['all are ended', ({ server }) => server.auth.revokeSessions(subject)],
    ['the user is disabled', ({ server }) => server.auth.disableUser(subject)],
  ])('of every session of a user when %s', async (_name, end) => {
    const { world, ofAnother, verdictOn, news } = await setUp({ kind });
    await end(world);
    await news();
    for (const tokens of [world.ended, world.beside]) expect(await verdictOn(tokens)).toBe('revoked');
    expect(await verdictOn(ofAnother)).toBe('ok');
  });
});

it('the end of a session is felt when somebody changes the password in another', async () => {
  const password = 'a password of some length';
  const { world, verdictOn, news } = await setUp({ users: { ada: password, bob: password } }, { password });
  const json = { current_password: password, new_password: `${password}, and another one` };
  expectStatus(await world.server.ask('POST', '/password', { bearer: world.beside.access_token, json }), 204);
  await news();
  expect([await verdictOn(world.ended), await verdictOn(world.beside)]).toEqual(['revoked', 'ok']);
});

it('the end of every session of a user is felt when an operator sets the password', async () => {
  const password = 'a password of some length';
  const { world, ofAnother, verdictOn, news } = await setUp({ users: { ada: password, bob: password } }, { password });
  const { subject = '' } = (await world.server.auth.directory.find('ada')) ?? {};
  await world.server.auth.setPassword({ subject, password: `${password}, and another one` });
  await news();
  for (const tokens of [world.ended, world.beside]) expect(await verdictOn(tokens)).toBe('revoked');
  expect(await verdictOn(ofAnother)).toBe('ok');
});
