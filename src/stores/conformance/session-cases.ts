/**
 * One session at a time: rows, decisions, and what happens when many want the same row.
 */
import assert from 'node:assert/strict';
import { varintLimit } from '../../protocol/varint.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { SessionUpdate, Store } from '../store.ts';
import { countUp, range, readSession, updateSession, writeSubject } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';
import { bareSession, sampleSession, sampleSubject } from './sample-records.ts';

/** Puts sessions of one new user into a store, each as `changes` says. */
async function placeSessions(
  store: Store,
  ...changes: readonly Partial<SessionRecord>[]
): Promise<readonly SessionRecord[]> {
  const key = sampleSubject();
  const now = await store.checkHealth();
  const sessions = changes.map((change) => sampleSession(key, now, change));
  await writeSubject(store, key, { putSessions: sessions });
  return sessions;
}

async function placeSession(store: Store, changes: Partial<SessionRecord> = {}): Promise<SessionRecord> {
  const [session] = await placeSessions(store, changes);
  assert.ok(session);
  return session;
}

/** An update that moves a session one generation on. */
function step(sid: string): SessionUpdate<number> {
  return {
    sid,
    decide: (session) => {
      assert.ok(session);
      return { write: { next: { ...session, generation: session.generation + 1 } }, result: session.generation };
    },
  };
}

class Objection extends Error {}

/** An update whose decision throws. */
function objection(sid: string): SessionUpdate<number> {
  return {
    sid,
    decide: () => {
      throw new Objection('this decision throws');
    },
  };
}

export const sessionCases: readonly CaseDefinition[] = [
  {
    name: 'gives a session back as it was written, field by field',
    run: async ({ store }) => {
      const session = await placeSession(store);
      assert.deepEqual(await readSession(store, session.sid), session);
    },
  },
  {
    name: 'gives a session back with null wherever it can have it',
    run: async ({ store }) => {
      const key = sampleSubject();
      const session = bareSession(key, await store.checkHealth());
      await writeSubject(store, key, { putSessions: [session] });
      assert.deepEqual(await readSession(store, session.sid), session);
    },
  },
  {
    name: 'gives the largest values back',
    run: async ({ store }) => {
      const late = 253_402_300_799_000;
      const session = await placeSession(store, {
        generation: varintLimit - 1,
        branch: varintLimit - 1,
        parentBranch: varintLimit - 1,
        grandparentBranch: varintLimit - 1,
        scope: 'x'.repeat(1_000),
        inactivityEndsAt: late,
        absoluteEndsAt: late,
      });
      assert.deepEqual(await readSession(store, session.sid), session);
    },
  },
  {
    name: 'writes every field again when it updates a session',
    run: async ({ store }) => {
      const key = sampleSubject();
      const now = await store.checkHealth();
      const bare = bareSession(key, now);
      await writeSubject(store, key, { putSessions: [bare] });
      const full = sampleSession(key, now, { sid: bare.sid, deviceId: bare.deviceId, revokedAt: now });
      for (const next of [full, bare]) {
        await updateSession(store, bare.sid, () => ({ write: { next }, result: undefined }));
        assert.deepEqual(await readSession(store, bare.sid), next);
      }
    },
  },
  {
    name: 'finds sessions in the order they were asked for, and undefined for what it does not know',
    run: async ({ store }) => {
      const [first, second] = await placeSessions(store, { generation: 1 }, { generation: 2 });
      assert.ok(first && second);
      const unknown = sampleSession(sampleSubject(), 1).sid;
      const found = await store.findSessions([second.sid, unknown, first.sid, second.sid]);
      assert.deepEqual(found, [second, undefined, first, second]);
    },
  },
  {
    name: 'hands a decision the row as it was written and the store’s clock',
    run: async ({ store }) => {
      const session = await placeSession(store);
      const before = await store.checkHealth();
      const seen = await updateSession(store, session.sid, (row, now) => ({ result: { row, now } }));
      assert.deepEqual(seen.row, session);
      assert.ok(seen.now >= before && seen.now <= (await store.checkHealth()), 'the time is the store’s');
    },
  },
  {
    name: 'hands a decision undefined for a session it does not know, and takes the row that comes back',
    run: async ({ store }) => {
      const session = sampleSession(sampleSubject(), await store.checkHealth());
      const wasKnown = await updateSession(store, session.sid, (row) => ({
        write: { next: session },
        result: row !== undefined,
      }));
      assert.equal(wasKnown, false);
      assert.deepEqual(await readSession(store, session.sid), session);
    },
  },
  {
    name: 'writes nothing for a decision that writes nothing',
    run: async ({ store }) => {
      const session = await placeSession(store);
      const unknown = sampleSession(sampleSubject(), 1).sid;
      const results = await store.updateSessions([
        { sid: session.sid, decide: () => ({ result: 'seen' }) },
        { sid: unknown, decide: () => ({ write: undefined, result: 'looked' }) },
      ]);
      assert.deepEqual(results, ['seen', 'looked']);
      assert.deepEqual(await store.findSessions([session.sid, unknown]), [session, undefined]);
    },
  },
  {
    name: 'lets a hundred concurrent updates of one session happen one after the other',
    run: async ({ store }) => {
      const { sid } = await placeSession(store, { generation: 0 });
      const found = await Promise.all(range(100).map(() => countUp(store, sid)));
      assert.deepEqual(
        found.toSorted((a, b) => a - b),
        range(100),
        'each saw what the one before wrote',
      );
      assert.equal((await readSession(store, sid)).generation, 100);
    },
  },
  {
    name: 'lets a hundred updates of one session in one call happen one after the other, in order',
    run: async ({ store }) => {
      const { sid } = await placeSession(store, { generation: 0 });
      assert.deepEqual(await store.updateSessions(range(100).map(() => step(sid))), range(100));
      assert.equal((await readSession(store, sid)).generation, 100);
    },
  },
  {
    name: 'answers updates of many sessions in the order of the updates',
    run: async ({ store }) => {
      const sessions = await placeSessions(store, ...range(50).map((generation) => ({ generation })));
      const shuffled = sessions.toSorted((a, b) => (a.sid < b.sid ? 1 : -1));
      const results = await store.updateSessions(shuffled.map(({ sid }) => step(sid)));
      assert.deepEqual(
        results,
        shuffled.map(({ generation }) => generation),
      );
    },
  },
  {
    name: 'takes an empty list of updates',
    run: async ({ store }) => {
      assert.deepEqual(await store.updateSessions([]), []);
      assert.deepEqual(await store.findSessions([]), []);
    },
  },
  {
    name: 'rejects a decision that throws with what it threw, and lets the concurrent ones be',
    run: async ({ store }) => {
      const [bad, ...good] = await placeSessions(store, ...range(11).map(() => ({ generation: 0 })));
      assert.ok(bad);
      const rejected = assert.rejects(store.updateSessions([objection(bad.sid)]), Objection);
      const found = await Promise.all(good.map(({ sid }) => countUp(store, sid)));
      await rejected;
      assert.deepEqual(new Set(found), new Set([0]));
      assert.deepEqual(await readSession(store, bad.sid), bad);
      for (const { sid } of good) assert.equal((await readSession(store, sid)).generation, 1, 'written once');
    },
  },
  {
    name: 'rejects a call in which one decision throws once the others are written',
    run: async ({ store }) => {
      const [first, bad, last] = await placeSessions(store, { generation: 0 }, { generation: 0 }, { generation: 0 });
      assert.ok(first && bad && last);
      await assert.rejects(store.updateSessions([step(first.sid), objection(bad.sid), step(last.sid)]), Objection);
      const rows = await store.findSessions([first.sid, bad.sid, last.sid]);
      assert.deepEqual(
        rows.map((row) => row?.generation),
        [1, 0, 1],
      );
    },
  },
];
