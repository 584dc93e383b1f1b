/**
 * The revocation feed: its entries, their order, cursors, and hints.
 */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { Revocation, Store, StoredRevocation } from '../store.ts';
import { range, revoke, until, updateSession, writeSubject } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';
import { sampleRevocation, sampleSession, sampleSubject } from './sample-records.ts';

/** What was said, without its place in the feed. */
function said({ position: _position, ...revocation }: StoredRevocation): Revocation {
  return revocation;
}

/** Tells the feed as many things as asked for, one after the other, and gives them. */
async function revokeMany(store: Store, count: number): Promise<readonly Revocation[]> {
  const key = sampleSubject();
  const now = await store.checkHealth();
  const revocations = range(count).map(() => sampleRevocation(key, now));
  for (const revocation of revocations) await revoke(store, key, revocation);
  return revocations;
}

/**
 * Follows the feed of `reader` from its head until it has seen `expected`, while `write` is under way. Rejects where the
 * feed is reset on the way, tells something twice, or goes back.
 */
export async function followWhile(
  reader: Store,
  expected: readonly Revocation[],
  write: () => Promise<unknown>,
): Promise<void> {
  let { cursor } = await reader.readRevocations(undefined);
  const seen: StoredRevocation[] = [];
  const writing = write();
  await until(async () => {
    const page = await reader.readRevocations(cursor);
    assert.equal(page.reset, false, 'a cursor that is held is followed');
    seen.push(...page.entries);
    cursor = page.cursor;
    return seen.length >= expected.length;
  }, 'every entry is seen');
  await writing;
  const positions = seen.map(({ position }) => position);
  assert.deepEqual(
    positions,
    [...new Set(positions)].toSorted((a, b) => a - b),
    'positions only grow',
  );
  assert.deepEqual(new Set(seen.map(textOf)), new Set(expected.map(textOf)));
  assert.equal(seen.length, expected.length, 'nothing is told twice');
}

function textOf(revocation: Revocation): string {
  return 'sid' in revocation ? revocation.sid : `${revocation.subject} ${revocation.before}`;
}

export const revocationCases: readonly CaseDefinition[] = [
  {
    name: 'tells the feed that a session ended, and that a user’s did, as it was told',
    run: async ({ store }) => {
      const key = sampleSubject();
      const now = await store.checkHealth();
      const heldUntil = now + 3_600_000;
      const exceptSid = sampleSession(key, now).sid;
      const revocations: readonly Revocation[] = [
        sampleRevocation(key, now),
        { subject: key.subject, before: now, exceptSid, heldUntil },
        { subject: 'ünï', before: now + 1, exceptSid: null, heldUntil },
      ];
      await revoke(store, key, ...revocations);
      const { entries } = await store.readRevocations(undefined);
      assert.deepEqual(entries.map(said), revocations);
    },
  },
  {
    name: 'tells the feed in the same act that ends a session',
    run: async ({ store }) => {
      const key = sampleSubject();
      const now = await store.checkHealth();
      const session = sampleSession(key, now);
      await writeSubject(store, key, { putSessions: [session] });
      const revocation = { sid: session.sid, heldUntil: now + 3_600_000 };
      await updateSession(store, session.sid, () => ({
        write: { next: { ...session, revokedAt: now }, revocation },
        result: undefined,
      }));
      assert.deepEqual((await store.readRevocations(undefined)).entries.map(said), [revocation]);
    },
  },
  {
    name: 'gives an empty feed a cursor from which nothing is missed',
    run: async ({ store }) => {
      const { cursor, entries } = await store.readRevocations(undefined);
      assert.deepEqual(entries, []);
      assert.deepEqual((await store.readRevocations(cursor)).entries, []);
      const revocations = await revokeMany(store, 2);
      assert.deepEqual((await store.readRevocations(cursor)).entries.map(said), revocations);
    },
  },
  {
    name: 'gives all that is held to whoever has no cursor, and says that this is a reset',
    run: async ({ store }) => {
      const revocations = await revokeMany(store, 3);
      const { reset, entries } = await store.readRevocations(undefined);
      assert.equal(reset, true);
      assert.deepEqual(entries.map(said), revocations);
    },
  },
  {
    name: 'gives what came after a cursor, and the cursor to go on from',
    run: async ({ store }) => {
      const cursors: string[] = [];
      const revocations: Revocation[] = [];
      for (const _ of range(3)) {
        revocations.push(...(await revokeMany(store, 2)));
        cursors.push((await store.readRevocations(cursors.at(-1))).cursor);
      }
      for (const [index, cursor] of cursors.entries()) {
        const page = await store.readRevocations(cursor);
        assert.equal(page.reset, false);
        assert.deepEqual(page.entries.map(said), revocations.slice(2 * (index + 1)));
        assert.equal(page.cursor, cursors.at(-1));
      }
    },
  },
  {
    name: 'gives everything to a cursor that it never gave',
    run: async ({ store }) => {
      const revocations = await revokeMany(store, 2);
      const { cursor } = await store.readRevocations(undefined);
      const strangers = ['', '0', '-1', 'x', 'ü', `${cursor}A`, cursor.slice(0, -1), `${2 ** 70}-${cursor}`];
      for (const stranger of strangers) {
        const page = await store.readRevocations(stranger);
        assert.equal(page.reset, true, `“${stranger}” is a stranger`);
        assert.deepEqual(page.entries.map(said), revocations);
        assert.equal(page.cursor, cursor);
      }
    },
  },
  {
    name: 'gives everything to a cursor of another history, however alike the two are',
    run: async ({ store, fresh }) => {
      const other = await fresh();
      await revokeMany(other, 2);
      const revocations = await revokeMany(store, 2);
      const { cursor } = await other.readRevocations(undefined);
      const page = await store.readRevocations(cursor);
      assert.equal(page.reset, true);
      assert.deepEqual(page.entries.map(said), revocations);
    },
  },
  {
    name: 'says when it read the feed, by its own clock',
    run: async ({ store }) => {
      const before = await store.checkHealth();
      const { readAt } = await store.readRevocations(undefined);
      assert.ok(readAt >= before && readAt <= (await store.checkHealth()));
    },
  },
  {
    name: 'loses no entry and tells none twice while fifty come at once',
    run: async ({ store }) => {
      await revokeMany(store, 1);
      const now = await store.checkHealth();
      const told = range(50).map(() => {
        const key = sampleSubject();
        return { key, revocation: sampleRevocation(key, now) };
      });
      await followWhile(
        store,
        told.map(({ revocation }) => revocation),
        () => Promise.all(told.map(({ key, revocation }) => revoke(store, key, revocation))),
      );
    },
  },
  {
    name: 'hints at new entries once they can be read, until nobody wants to know',
    run: async ({ store }) => {
      let hints = 0;
      let sawEntry = false;
      const leave = store.onRevocations(() => {
        hints += 1;
        store.readRevocations(undefined).then(
          ({ entries }) => {
            sawEntry ||= entries.length > 0;
          },
          () => {},
        );
      });
      await revokeMany(store, 1);
      await until(() => sawEntry, 'the hint');
      leave();
      await turn();
      const before = hints;
      await revokeMany(store, 1);
      await turn();
      assert.equal(hints, before, 'no hint comes after the way out was taken');
    },
  },
];
