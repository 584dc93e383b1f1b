/**
 * Everything held of one user as one atomic whole, and ends that stay ends whoever else writes.
 */
import assert from 'node:assert/strict';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Decision, SessionWrite, Store, SubjectKey, SubjectUpdate } from '../store.ts';
import { range, readSession, updateSession, writeSubject } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';
import { bareSession, sampleDevice, sampleSession, sampleSubject, sampleUser } from './sample-records.ts';

class Objection extends Error {}

/** A user, two devices and two sessions, in a store. */
async function placeSubject(store: Store, key: SubjectKey = sampleSubject()) {
  const now = await store.checkHealth();
  const user = sampleUser(key);
  const devices = [sampleDevice(key, { createdAt: now }), sampleDevice(key, { createdAt: now + 1, kind: 'other' })];
  const sessions = [sampleSession(key, now), bareSession(key, now)];
  await writeSubject(store, key, { user, putDevices: devices, putSessions: sessions });
  return { key, now, user, devices, sessions };
}

/** The state of a user with its lists in a settled order. */
async function readSubject(store: Store, key: SubjectKey) {
  const { user, devices, sessions } = await store.findSubject(key);
  return { user, devices: byText(devices, ({ id }) => id), sessions: byText(sessions, ({ sid }) => sid) };
}

function byText<Item>(items: readonly Item[], textOf: (item: Item) => string): readonly Item[] {
  return items.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

/** What a refresh does: moves a live session on, and leaves one that has ended alone. */
function refresh(session: SessionRecord | undefined): Decision<SessionWrite, 'refreshed' | 'refused'> {
  if (session === undefined || session.revokedAt !== null) return { result: 'refused' };
  return { write: { next: { ...session, generation: session.generation + 1 } }, result: 'refreshed' };
}

/** What signing out does. */
function end(session: SessionRecord | undefined, now: number): Decision<SessionWrite, 'ended'> {
  assert.ok(session);
  return { write: { next: { ...session, revokedAt: now } }, result: 'ended' };
}

/** What removing a device does: ends the sessions it found, as it found them. */
function endAll(key: SubjectKey): SubjectUpdate<'ended'> {
  return {
    ...key,
    decide: ({ sessions }, now) => ({
      write: { putSessions: sessions.map((session) => ({ ...session, revokedAt: now })) },
      result: 'ended',
    }),
  };
}

/** Races a refresh against an end, in both orders, again and again. */
async function raceRefresh(
  store: Store,
  endSession: (key: SubjectKey, sid: string) => Promise<'ended'>,
): Promise<void> {
  for (const round of range(20)) {
    const key = sampleSubject();
    const { sid } = await placeLive(store, key);
    const acts = [() => updateSession(store, sid, refresh), () => endSession(key, sid)];
    const results = await Promise.all((round % 2 ? acts : acts.toReversed()).map((act) => act()));
    const row = await readSession(store, sid);
    assert.notEqual(row.revokedAt, null, 'ended is ended');
    assert.equal(row.generation, results.includes('refreshed') ? 1 : 0, 'a refresh that was answered happened before');
    assert.equal(await updateSession(store, sid, refresh), 'refused');
  }
}

async function placeLive(store: Store, key: SubjectKey): Promise<SessionRecord> {
  const session = sampleSession(key, await store.checkHealth(), { generation: 0 });
  await writeSubject(store, key, { putSessions: [session] });
  return session;
}

export const subjectCases: readonly CaseDefinition[] = [
  {
    name: 'knows nothing of a user nobody wrote about',
    run: async ({ store }) => {
      assert.deepEqual(await store.findSubject(sampleSubject()), { user: undefined, devices: [], sessions: [] });
    },
  },
  {
    name: 'gives a user, their devices and their sessions back as they were written',
    run: async ({ store }) => {
      const { key, user, devices, sessions } = await placeSubject(store);
      const expected = { user, devices: byText(devices, ({ id }) => id), sessions: byText(sessions, ({ sid }) => sid) };
      assert.deepEqual(await readSubject(store, key), expected);
      const seen = await store.updateSubject({ ...key, decide: (state) => ({ result: state }) });
      assert.deepEqual(
        { ...seen, devices: byText(seen.devices, ({ id }) => id), sessions: byText(seen.sessions, ({ sid }) => sid) },
        expected,
        'a decision sees the same',
      );
    },
  },
  {
    name: 'gives a host’s own user back, with null for what is not known of them',
    run: async ({ store }) => {
      const key = sampleSubject();
      const user = {
        ...sampleUser(key),
        username: null,
        passwordHash: null,
        disabledAt: 1_790_000_000_000,
        notBefore: 5,
      };
      await writeSubject(store, key, { user });
      assert.deepEqual((await store.findSubject(key)).user, user);
    },
  },
  {
    name: 'replaces what is put again, and removes the devices that are named, and only those',
    run: async ({ store }) => {
      const { key, user, devices, sessions } = await placeSubject(store);
      const [kept, removed] = devices;
      const [session, other] = sessions;
      assert.ok(kept && removed && session && other);
      const renamed = { ...kept, name: 'renamed' };
      const moved = { ...session, generation: session.generation + 1 };
      await writeSubject(store, key, {
        putDevices: [renamed],
        removeDevices: [removed.id, 'never-was'],
        putSessions: [moved],
      });
      const state = await readSubject(store, key);
      assert.deepEqual(state, { user, devices: [renamed], sessions: byText([moved, other], ({ sid }) => sid) });
    },
  },
  {
    name: 'keeps two users with the same shard tag apart',
    run: async ({ store }) => {
      const first = await placeSubject(store);
      const second = await placeSubject(store, sampleSubject(first.key.shardTag));
      const [device] = first.devices;
      assert.ok(device);
      const namesake = { ...device, subject: second.key.subject, name: 'the other user’s' };
      await writeSubject(store, second.key, { putDevices: [namesake] });
      await writeSubject(store, first.key, { removeDevices: [device.id, ...second.devices.map(({ id }) => id)] });
      const [ofFirst, ofSecond] = await Promise.all([first.key, second.key].map((key) => readSubject(store, key)));
      assert.deepEqual(ofFirst?.devices, first.devices.slice(1));
      assert.deepEqual(
        ofFirst?.sessions,
        byText(first.sessions, ({ sid }) => sid),
      );
      assert.deepEqual(
        ofSecond?.devices,
        byText([...second.devices, namesake], ({ id }) => id),
      );
      assert.deepEqual(
        ofSecond?.sessions,
        byText(second.sessions, ({ sid }) => sid),
      );
    },
  },
  {
    name: 'lets a hundred concurrent acts on one user happen one after the other',
    run: async ({ store }) => {
      const { key, user } = await placeSubject(store);
      const found = await Promise.all(
        range(100).map(() =>
          store.updateSubject({
            ...key,
            decide: (state) => {
              assert.ok(state.user);
              const { notBefore } = state.user;
              return { write: { user: { ...state.user, notBefore: notBefore + 1 } }, result: notBefore };
            },
          }),
        ),
      );
      assert.deepEqual(
        found.toSorted((a, b) => a - b),
        range(100),
      );
      assert.deepEqual((await store.findSubject(key)).user, { ...user, notBefore: 100 });
    },
  },
  {
    name: 'writes all of a user’s act or nothing of it',
    run: async ({ store }) => {
      const { key } = await placeSubject(store);
      const before = await readSubject(store, key);
      const { cursor } = await store.readRevocations(undefined);
      const objecting = store.updateSubject({
        ...key,
        decide: () => {
          throw new Objection('this decision throws');
        },
      });
      await assert.rejects(objecting, Objection);
      assert.deepEqual(await readSubject(store, key), before);
      assert.deepEqual((await store.readRevocations(cursor)).entries, []);
    },
  },
  {
    name: 'keeps a session ended that is refreshed while it is being ended',
    run: ({ store }) => raceRefresh(store, (_key, sid) => updateSession(store, sid, end)),
  },
  {
    name: 'keeps a session ended that is refreshed while all of its user’s are being ended',
    run: ({ store }) => raceRefresh(store, (key) => store.updateSubject(endAll(key))),
  },
];
