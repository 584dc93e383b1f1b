/**
 * What the operator's log and the notices to a user are made of: each act, and everything that is told of it.
 */
import { describe, expect, it } from 'vitest';
import { openServer, type TestServer, type Tokens } from './open-server.ts';

const password = 'a password of some length';

/** Two devices of one user. */
interface Scene {
  readonly server: TestServer;
  readonly subject: string;
  readonly here: Tokens;
  readonly there: Tokens;
}

async function openScene(): Promise<Scene> {
  const server = await openServer({ users: { ada: password } });
  const [here, there] = [await server.login({ password }), await server.login({ password })];
  const subject = (await server.auth.directory.find('ada'))?.subject ?? '';
  server.events.length = 0;
  return { server, subject, here, there };
}

type Told = readonly object[];
type Act = readonly [act: (scene: Scene) => Promise<unknown>, told: (scene: Scene) => Told];

const ofSession = ({ subject }: Scene, { session_id, device_id }: Tokens) => ({
  subject,
  sid: session_id,
  deviceId: device_id,
});
const revoked = (scene: Scene, tokens: Tokens, reason: string) => ({
  type: 'session_revoked',
  reason,
  ...ofSession(scene, tokens),
});
const from = { address: '192.0.2.1', userAgent: '' };

const acts: Readonly<Record<string, Act>> = {
  'a user is disabled': [
    ({ server, subject }) => server.auth.disableUser(subject),
    (scene) => [
      revoked(scene, scene.here, 'user_disabled'),
      revoked(scene, scene.there, 'user_disabled'),
      { type: 'user_disabled', subject: scene.subject },
    ],
  ],
  'a user signs out on another device': [
    ({ server, here, there }) =>
      server.ask('PATCH', `/devices/${there.device_id}`, { bearer: here.access_token, json: { signed_in: false } }),
    (scene) => [revoked(scene, scene.there, 'device_signed_out')],
  ],
  'a user removes a device': [
    ({ server, here, there }) => server.ask('DELETE', `/devices/${there.device_id}`, { bearer: here.access_token }),
    (scene) => [
      { type: 'device_removed', subject: scene.subject, deviceId: scene.there.device_id },
      revoked(scene, scene.there, 'device_removed'),
    ],
  ],
  'a user removes all other devices': [
    ({ server, here }) => server.ask('DELETE', '/devices', { bearer: here.access_token }),
    (scene) => [
      { type: 'device_removed', subject: scene.subject, deviceId: scene.there.device_id },
      revoked(scene, scene.there, 'other_devices_removed'),
    ],
  ],
  'a user changes the password': [
    ({ server, here }) => {
      const json = { current_password: password, new_password: 'another password of some length' };
      return server.ask('POST', '/password', { bearer: here.access_token, json });
    },
    (scene) => [revoked(scene, scene.there, 'password_changed'), { type: 'password_changed', subject: scene.subject }],
  ],
  'an operator sets the password': [
    ({ server, subject }) => server.auth.setPassword({ subject, password: 'another password of some length' }),
    (scene) => [
      revoked(scene, scene.here, 'password_changed'),
      revoked(scene, scene.there, 'password_changed'),
      { type: 'password_changed', subject: scene.subject },
    ],
  ],
  'a sign-in is refused after the password was right': [
    async ({ server, subject }) => {
      let isDisabled = false;
      server.store.before('updateSubject', () => {
        if (isDisabled) return;
        isDisabled = true;
        void server.store.updateSubject({
          subject,
          shardTag: new Uint8Array(4),
          decide: ({ user }) => ({ write: user && { user: { ...user, disabledAt: 1 } }, result: undefined }),
        });
      });
      await server.ask('POST', '/login', { json: { username: 'ada', password } });
    },
    () => [{ type: 'sign_in_failed', reason: 'user_disabled', from }],
  ],
};

describe('what is told when', () => {
  it.each(Object.entries(acts))('%s, in order, and nothing else', async (_, [act, told]) => {
    const scene = await openScene();
    await act(scene);
    expect(scene.server.events).toEqual(told(scene));
  });

  it('a sign-in takes the place of a session: the one that began, and the one that it ended', async () => {
    const scene = await openScene();
    const { server, here } = scene;
    const again = await server.login({ password, refresh_token: here.refresh_token });
    expect(server.events).toEqual([
      { type: 'session_created', ...ofSession(scene, again), clientId: 'app', from },
      revoked(scene, here, 'replaced'),
    ]);
    expect(again.device_id).toBe(here.device_id);
  });
});
