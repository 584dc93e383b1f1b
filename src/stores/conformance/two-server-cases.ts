/**
 * Two servers on the same data: what one wrote the other sees, and where both want the same row they take turns.
 */
import assert from 'node:assert/strict';
import { countUp, range, readSession, revoke, updateSession, writeSubject } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';
import { followWhile } from './revocation-cases.ts';
import { sampleDevice, sampleRevocation, sampleSession, sampleSubject, sampleUser } from './sample-records.ts';
import { ensureKey } from './signing-key-cases.ts';

export const twoServerCases: readonly CaseDefinition[] = [
  {
    name: 'shows a second server what the first wrote, once it is answered',
    needsAnother: true,
    run: async ({ store, another }) => {
      const second = await another();
      const key = sampleSubject();
      const now = await store.checkHealth();
      const [user, device, session] = [sampleUser(key), sampleDevice(key), sampleSession(key, now)];
      await writeSubject(store, key, {
        user,
        putDevices: [device],
        putSessions: [session],
        revocations: [sampleRevocation(key, now)],
      });
      assert.deepEqual(await second.findSubject(key), { user, devices: [device], sessions: [session] });
      assert.deepEqual(await second.findUserByName(user.username), user);
      assert.equal((await second.readRevocations(undefined)).entries.length, 1);
      assert.deepEqual(await second.shardSecret(), await store.shardSecret());
    },
  },
  {
    name: 'shows a second server before which moment no session may have begun',
    needsAnother: true,
    run: async ({ store, another }) => {
      const second = await another();
      const raised = await store.raiseNotBefore(1);
      assert.equal(await second.notBefore(), raised);
      const later = await Promise.all([store, second].map((server) => server.raiseNotBefore(1)));
      assert.equal(await store.notBefore(), Math.max(...later));
    },
  },
  {
    name: 'lets a hundred updates of one session on two servers happen one after the other',
    needsAnother: true,
    run: async ({ store, another }) => {
      const servers = [store, await another()];
      const key = sampleSubject();
      const { sid } = await placeCounter(store, key);
      const found = await Promise.all(range(50).flatMap(() => servers.map((server) => countUp(server, sid))));
      assert.deepEqual(
        found.toSorted((a, b) => a - b),
        range(100),
      );
      assert.equal((await readSession(store, sid)).generation, 100);
    },
  },
  {
    name: 'lets acts on one user on two servers happen one after the other, mixed with updates of their session',
    needsAnother: true,
    run: async ({ store, another }) => {
      const servers = [store, await another()];
      const key = sampleSubject();
      const { sid } = await placeCounter(store, key);
      const bySubject = async (server: typeof store) =>
        server.updateSubject({
          ...key,
          decide: ({ sessions: [session] }) => {
            assert.ok(session);
            const next = { ...session, generation: session.generation + 1 };
            return { write: { putSessions: [next] }, result: session.generation };
          },
        });
      const found = await Promise.all(
        range(25).flatMap(() => servers.flatMap((server) => [countUp(server, sid), bySubject(server)])),
      );
      assert.deepEqual(
        found.toSorted((a, b) => a - b),
        range(100),
      );
    },
  },
  {
    name: 'keeps a session ended that one server refreshes while the other ends it',
    needsAnother: true,
    run: async ({ store, another }) => {
      const second = await another();
      for (const round of range(20)) {
        const [refreshing, ending] = round % 2 ? [store, second] : [second, store];
        const { sid } = await placeCounter(store, sampleSubject());
        await Promise.all([
          updateSession(refreshing, sid, (session) =>
            session?.revokedAt === null
              ? { write: { next: { ...session, generation: session.generation + 1 } }, result: undefined }
              : { result: undefined },
          ),
          updateSession(ending, sid, (session, now) => {
            assert.ok(session);
            return { write: { next: { ...session, revokedAt: now } }, result: undefined };
          }),
        ]);
        assert.notEqual((await readSession(store, sid)).revokedAt, null);
      }
    },
  },
  {
    name: 'lets one of two servers have a name',
    needsAnother: true,
    run: async ({ store, another }) => {
      const servers = [store, await another()];
      const outcomes = await Promise.all(
        range(10).flatMap(() =>
          servers.map((server) => {
            const key = sampleSubject();
            return server.insertUser(sampleUser(key, { username: 'ada' }), key.shardTag);
          }),
        ),
      );
      assert.equal(outcomes.filter((outcome) => outcome === 'inserted').length, 1);
    },
  },
  {
    name: 'lets one of two servers make the first signing key',
    needsAnother: true,
    run: async ({ store, another }) => {
      const servers = [store, await another()];
      const kids = await Promise.all(range(5).flatMap(() => servers.map((server) => ensureKey(server))));
      assert.equal(new Set(kids).size, 1);
    },
  },
  {
    name: 'lets a follower on one server see everything that both write, once and in one order',
    needsAnother: true,
    run: async ({ store, another }) => {
      const servers = [store, await another()];
      const now = await store.checkHealth();
      const told = range(60).map((index) => {
        const key = sampleSubject();
        return { key, revocation: sampleRevocation(key, now), server: servers[index % 2] ?? store };
      });
      await revoke(store, sampleSubject(), sampleRevocation(sampleSubject(), now));
      await followWhile(
        store,
        told.map(({ revocation }) => revocation),
        () => Promise.all(told.map(({ key, revocation, server }) => revoke(server, key, revocation))),
      );
    },
  },
  {
    name: 'sweeps on two servers at once without harm',
    needsAnother: true,
    run: async ({ store, another }) => {
      const servers = [store, await another()];
      const now = await store.checkHealth();
      const ended = range(30).map(() => sampleSession(sampleSubject(), now, { inactivityEndsAt: now - 1_000 }));
      const living = range(30).map(() => sampleSession(sampleSubject(), now));
      for (const session of [...ended, ...living]) {
        await updateSession(store, session.sid, () => ({ write: { next: session }, result: undefined }));
      }
      await Promise.all(range(10).flatMap(() => servers.map((server) => server.removeExpired(5))));
      const found = await store.findSessions([...ended, ...living].map(({ sid }) => sid));
      assert.deepEqual(found, [...ended.map(() => undefined), ...living]);
    },
  },
];

async function placeCounter(store: Parameters<typeof writeSubject>[0], key: ReturnType<typeof sampleSubject>) {
  const session = sampleSession(key, await store.checkHealth(), { generation: 0 });
  await writeSubject(store, key, { putSessions: [session] });
  return session;
}
