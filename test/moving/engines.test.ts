/**
 * A session that meets servers of both modes on the engines that several machines share, by their own clocks. Without a
 * retry window every refresh goes on, so that nothing has to be waited for.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamedStore } from '../../src/cli/open-store.ts';
import { createTallystick, type Tallystick } from '../../src/server/index.ts';
import { startPostgres } from '../engines/postgres.ts';
import { startRedisCluster } from '../engines/redis.ts';

const engines = ['PostgreSQL', 'Redis Cluster'] as const;
const urls = new Map<string, string>();
const removals: (() => Promise<unknown>)[] = [];
const proof = { keyThumbprint: 'k'.repeat(43) };

beforeAll(async () => {
  const [postgres, redis] = [startPostgres(['fsync = off']), startRedisCluster()];
  for (const engine of [postgres, redis]) removals.push(async () => (await engine).remove());
  urls.set('PostgreSQL', (await postgres).primary.url);
  urls.set('Redis Cluster', (await redis).url);
}, 120_000);

afterAll(async () => {
  for (const remove of removals.toReversed()) await remove();
});

async function openServer(engine: string, mode: 'stored' | 'stateless'): Promise<Tallystick> {
  const { store } = await createNamedStore(urls.get(engine) ?? '');
  const auth = createTallystick({
    store,
    issuer: 'https://auth.example',
    secrets: ['a root secret for the engines and for nothing else'],
    mode,
    accept: mode === 'stored' ? 'stateless' : 'stored',
    retryWindowSeconds: 0,
    authenticate: () => ({ authenticated: false }),
  });
  await auth.ready();
  removals.push(() => auth.close());
  return auth;
}

async function signIn(auth: Tallystick, subject: string) {
  const created = await auth.createSession({ subject, proof });
  if (created.kind !== 'created') throw new Error(created.reason);
  return created.tokens;
}

async function refreshed(auth: Tallystick, refreshToken: string, outcome: string): Promise<string> {
  const result = await auth.refresh({ refreshToken, proof });
  expect(result).toMatchObject({ kind: 'refreshed', outcome });
  return result.kind === 'refreshed' ? result.tokens.refresh_token : '';
}

describe.each(engines)('sessions on %s', (engine) => {
  it('go to and fro between the modes, and stay ended once they have been', async () => {
    const [stored, stateless] = [await openServer(engine, 'stored'), await openServer(engine, 'stateless')];
    const { refresh_token: first, session_id } = await signIn(stored, 'ada');
    const moved = await refreshed(stateless, first, 'rotate');
    const slid = await refreshed(stateless, moved, 'slide');
    const back = await refreshed(stored, slid, 'rotate');
    const again = await refreshed(stateless, back, 'rotate');
    await stateless.revokeSession(session_id, 'ada');
    for (const auth of [stored, stateless]) {
      expect(await auth.refresh({ refreshToken: again, proof })).toMatchObject({ kind: 'refused' });
    }
  });

  it('that have no row are ended by a mark, and outlive a not-before by one', async () => {
    const [stored, stateless] = [await openServer(engine, 'stored'), await openServer(engine, 'stateless')];
    const [own, other, third] = [
      await signIn(stateless, 'ben'),
      await signIn(stateless, 'ben'),
      await signIn(stateless, 'ben'),
    ];
    await stateless.revokeSession(third.session_id, 'ben');
    expect(await stored.refresh({ refreshToken: third.refresh_token, proof })).toMatchObject({ kind: 'refused' });
    await stateless.revokeSessions('ben', own.session_id);
    for (const auth of [stateless, stored]) {
      expect(await auth.refresh({ refreshToken: other.refresh_token, proof })).toMatchObject({ kind: 'refused' });
    }
    const next = await refreshed(stateless, own.refresh_token, 'slide');
    await refreshed(stored, next, 'rotate');
    expect(await stored.listDevices('ben')).toMatchObject([{ id: own.device_id, signed_in: true }]);
  });
});
