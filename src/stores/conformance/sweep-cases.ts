/**
 * The sweep: what has reached its end goes, what lives stays, and nothing that is still needed goes with it.
 */
import assert from 'node:assert/strict';
import type { SessionRecord } from '../../session/session-record.ts';
import { revokedRowsKeptFor, type Store, type SubjectKey } from '../store.ts';
import { range, revoke, sweep, writeSubject } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';
import { sampleDevice, sampleRevocation, sampleSession, sampleSigningKey, sampleSubject } from './sample-records.ts';
import { listKeys, putKeys } from './signing-key-cases.ts';

const second = 1_000;
const hour = 3_600_000;

/** Puts one session for each of `changes` into the store, sweeps, and says of each whether it is still there. */
async function survivors(
  store: Store,
  changesAt: (now: number) => readonly Partial<SessionRecord>[],
): Promise<readonly boolean[]> {
  const now = await store.checkHealth();
  const sessions = changesAt(now).map((changes) => sampleSession(sampleSubject(), now, changes));
  for (const session of sessions) await writeSession(store, session);
  await sweep(store, 10);
  const found = await store.findSessions(sessions.map(({ sid }) => sid));
  return found.map((row) => row !== undefined);
}

async function writeSession(store: Store, session: SessionRecord): Promise<void> {
  await store.updateSessions([{ sid: session.sid, decide: () => ({ write: { next: session }, result: undefined }) }]);
}

/** Puts a device that was last used at `lastUsedAt` and an ended session of it for each moment it was refreshed. */
async function placeUsed(store: Store, key: SubjectKey, lastUsedAt: number, refreshedAt: readonly (number | null)[]) {
  const now = await store.checkHealth();
  const device = sampleDevice(key, { lastUsedAt, lastAddress: 'at sign-in' });
  const sessions = refreshedAt.map((changedAt) =>
    sampleSession(key, now, {
      deviceId: device.id,
      changedAt,
      inactivityEndsAt: now - second,
      lastAddress: `at ${changedAt}`,
    }),
  );
  await writeSubject(store, key, { putDevices: [device], putSessions: sessions });
  return device;
}

async function readDevice(store: Store, key: SubjectKey) {
  const { devices } = await store.findSubject(key);
  assert.equal(devices.length, 1);
  return devices[0];
}

export const sweepCases: readonly CaseDefinition[] = [
  {
    name: 'sweeps sessions that have reached either of their ends',
    run: async ({ store }) => {
      const found = await survivors(store, (now) => [
        { inactivityEndsAt: now - second, absoluteEndsAt: now + hour },
        { inactivityEndsAt: now + hour, absoluteEndsAt: now - second },
        { inactivityEndsAt: now - second, absoluteEndsAt: null },
        { inactivityEndsAt: null, absoluteEndsAt: now - second },
      ]);
      assert.deepEqual(found, [false, false, false, false]);
    },
  },
  {
    name: 'keeps sessions that live, among them those without an end',
    run: async ({ store }) => {
      const found = await survivors(store, (now) => [
        { inactivityEndsAt: now + hour, absoluteEndsAt: now + 2 * hour },
        { inactivityEndsAt: now + hour, absoluteEndsAt: null },
        { inactivityEndsAt: null, absoluteEndsAt: now + hour },
        { inactivityEndsAt: null, absoluteEndsAt: null },
      ]);
      assert.deepEqual(found, [true, true, true, true]);
    },
  },
  {
    name: 'keeps a revoked session as long as its tokens would live, or thirty days where they would for ever',
    run: async ({ store }) => {
      const endless = { inactivityEndsAt: null, absoluteEndsAt: null };
      const found = await survivors(store, (now) => [
        { revokedAt: now - 1, inactivityEndsAt: now + hour },
        { revokedAt: now - revokedRowsKeptFor - hour, inactivityEndsAt: now + hour },
        { revokedAt: now - 1, inactivityEndsAt: now - second },
        { revokedAt: now - revokedRowsKeptFor + hour, ...endless },
        { revokedAt: now - revokedRowsKeptFor - hour, ...endless },
      ]);
      assert.deepEqual(found, [true, true, false, true, false]);
    },
  },
  {
    name: 'sweeps a little at a time and says when it has been through',
    run: async ({ store }) => {
      const now = await store.checkHealth();
      const over = { inactivityEndsAt: now - second };
      const ended = range(60).map(() => sampleSession(sampleSubject(), now, over));
      const living = range(60).map(() => sampleSession(sampleSubject(), now));
      for (const session of [...ended, ...living]) await writeSession(store, session);
      const steps = await sweep(store, 10);
      assert.ok(Math.max(...steps) <= 20, `about ten rows a step, not ${Math.max(...steps)}`);
      const removed = steps.reduce((sum, step) => sum + step, 0);
      assert.ok(removed <= 60, `no more than there were, or fewer where the engine drops rows by itself: ${removed}`);
      const found = await store.findSessions([...ended, ...living].map(({ sid }) => sid));
      assert.deepEqual(found, [...ended.map(() => undefined), ...living]);
      assert.deepEqual(await sweep(store, 1_000), [0], 'nothing is left to do');
    },
  },
  {
    name: 'carries the last use of a swept session, and where it was, over to its device',
    run: async ({ store }) => {
      const [key, now] = [sampleSubject(), await store.checkHealth()];
      const device = await placeUsed(store, key, now - 3 * hour, [now - 2 * hour, now - hour, null, now - 4 * hour]);
      await sweep(store, 10);
      assert.deepEqual(await readDevice(store, key), {
        ...device,
        lastUsedAt: now - hour,
        lastAddress: `at ${now - hour}`,
      });
    },
  },
  {
    name: 'leaves a device alone that was used since its swept sessions were',
    run: async ({ store }) => {
      const [key, now] = [sampleSubject(), await store.checkHealth()];
      const device = await placeUsed(store, key, now - hour, [now - 2 * hour, null]);
      await sweep(store, 10);
      assert.deepEqual(await readDevice(store, key), device);
    },
  },
  {
    name: 'sweeps the sessions of a device that is gone, and of one with the same id of another user',
    run: async ({ store }) => {
      const now = await store.checkHealth();
      const [key, other] = [sampleSubject(), sampleSubject()];
      const device = await placeUsed(store, key, now - 3 * hour, [now - hour]);
      await writeSubject(store, key, { removeDevices: [device.id] });
      const namesake = sampleDevice(other, { id: device.id, lastUsedAt: now - 2 * hour });
      await writeSubject(store, other, { putDevices: [namesake] });
      await sweep(store, 10);
      assert.deepEqual(await store.findSubject(key), { user: undefined, devices: [], sessions: [] });
      assert.deepEqual(await readDevice(store, other), namesake);
    },
  },
  {
    name: 'sweeps signing keys whose publication is over, and no others',
    run: async ({ store }) => {
      const now = await store.checkHealth();
      const old = sampleSigningKey(now - 2 * hour, { publishedUntil: now - hour });
      const kept = [sampleSigningKey(now, { publishedUntil: now + hour }), sampleSigningKey(now - 2 * hour)];
      await putKeys(store, old, ...kept);
      await sweep(store, 10);
      const found = (await listKeys(store)).map(({ kid }) => kid);
      assert.deepEqual(found.toSorted(), kept.map(({ kid }) => kid).toSorted());
    },
  },
  {
    name: 'sweeps feed entries that nobody needs any more, and keeps the newest as the place where followers stand',
    run: async ({ store }) => {
      const [key, now] = [sampleSubject(), await store.checkHealth()];
      const over = { heldUntil: now - hour };
      const held = sampleRevocation(key, now);
      const newest = sampleRevocation(key, now, over);
      await revoke(store, key, sampleRevocation(key, now, over), held, sampleRevocation(key, now, over), newest);
      const before = await store.readRevocations(undefined);
      await sweep(store, 10);
      const after = await store.readRevocations(before.cursor);
      assert.deepEqual([after.reset, after.entries], [false, []], 'followers go on from where they stand');
      const { entries } = await store.readRevocations(undefined);
      assert.deepEqual(entries, [before.entries[1], before.entries[3]]);
    },
  },
  {
    name: 'gives everything to a cursor whose entry was swept',
    run: async ({ store }) => {
      const [key, now] = [sampleSubject(), await store.checkHealth()];
      await revoke(store, key, sampleRevocation(key, now, { heldUntil: now - hour }));
      const { cursor } = await store.readRevocations(undefined);
      await revoke(store, key, sampleRevocation(key, now), sampleRevocation(key, now));
      await sweep(store, 10);
      const page = await store.readRevocations(cursor);
      assert.deepEqual([page.reset, page.entries.length], [true, 2]);
    },
  },
  {
    name: 'never gives a swept position to another entry',
    run: async ({ store }) => {
      const [key, now] = [sampleSubject(), await store.checkHealth()];
      const over = { heldUntil: now - hour };
      await revoke(store, key, sampleRevocation(key, now, over), sampleRevocation(key, now, over));
      const before = await store.readRevocations(undefined);
      await sweep(store, 10);
      await revoke(store, key, sampleRevocation(key, now));
      const page = await store.readRevocations(before.cursor);
      assert.equal(page.reset, false);
      assert.equal(page.entries.length, 1);
      assert.ok((page.entries[0]?.position ?? 0) > (before.entries.at(-1)?.position ?? 0));
    },
  },
];
