/**
 * Attempts that are counted: how many are admitted, by how many servers, and what becomes of those that never end.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { AttemptAdmission, AttemptEnd, AttemptStart, Store } from '../store.ts';
import { range, sweep } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';

const hour = 3_600_000;
/** For what was over before it began. */
const past = -1;

/** An attempt of three at most, under a key of its own unless one is given. */
function someStart(changes: Partial<AttemptStart> = {}): AttemptStart {
  return { key: someText(), id: someText(), limit: 3, heldFor: hour, ...changes };
}

async function start(store: Store, attempt: AttemptStart): Promise<AttemptAdmission['kind']> {
  const [admission] = await store.startAttempts([attempt]);
  assert.ok(admission, 'an attempt is told something');
  return admission.kind;
}

async function end(
  store: Store,
  { key, id }: AttemptStart,
  outcome: AttemptEnd['outcome'],
  countedFor: number = hour,
): Promise<void> {
  await store.endAttempts([{ key, id, outcome, countedFor }]);
}

/** Has so many attempts fail under `key`, each of which must be admitted. */
async function fail(store: Store, key: string, times: number, countedFor: number = hour): Promise<void> {
  for (const _ of range(times)) {
    const attempt = someStart({ key });
    assert.equal(await start(store, attempt), 'admitted');
    await end(store, attempt, 'failed', countedFor);
  }
}

/** Goes on until it is admitted or refused, as somebody who wants in does; says whether it was admitted. */
async function insist(store: Store, attempt: AttemptStart): Promise<boolean> {
  for (;;) {
    const told = await start(store, attempt);
    if (told !== 'crowded') return told === 'admitted';
    await turn();
  }
}

function someText(): string {
  return randomBytes(12).toString('base64url');
}

export const attemptCases: readonly CaseDefinition[] = [
  {
    name: 'admits attempts until failures fill the limit, then refuses and says for how long',
    run: async ({ store }) => {
      const { key } = someStart();
      await fail(store, key, 3);
      const [admission] = await store.startAttempts([someStart({ key })]);
      assert.equal(admission?.kind, 'refused');
      assert.ok(admission.retryAfter > hour - 60_000 && admission.retryAfter <= hour, `${admission.retryAfter} ms`);
      assert.equal(await start(store, someStart()), 'admitted', 'another key is none of its business');
    },
  },
  {
    name: 'counts attempts under way like failures, until they have ended',
    run: async ({ store }) => {
      const { key } = someStart();
      const attempts = range(3).map(() => someStart({ key }));
      const admissions = await store.startAttempts([...attempts, someStart({ key })]);
      assert.deepEqual(
        admissions.map(({ kind }) => kind),
        ['admitted', 'admitted', 'admitted', 'crowded'],
      );
      const [first, second, third] = attempts as [AttemptStart, AttemptStart, AttemptStart];
      await end(store, first, 'failed');
      assert.equal(await start(store, someStart({ key })), 'crowded', 'a failure takes the place of its attempt');
      await end(store, second, 'withdrawn');
      const fourth = someStart({ key });
      assert.equal(await start(store, fourth), 'admitted', 'a withdrawn attempt leaves its place');
      assert.equal(await start(store, someStart({ key })), 'crowded');
      for (const attempt of [third, fourth]) await end(store, attempt, 'failed');
      assert.equal(await start(store, someStart({ key })), 'refused');
    },
  },
  {
    name: 'forgets failures once an attempt passes, and none of those under way',
    run: async ({ store }) => {
      const [passing, waiting] = [someStart(), someStart()];
      const { key } = passing;
      await fail(store, key, 1);
      assert.equal(await start(store, passing), 'admitted');
      assert.equal(await start(store, { ...waiting, key }), 'admitted');
      await end(store, passing, 'passed');
      await fail(store, key, 2);
      assert.equal(await start(store, someStart({ key })), 'crowded');
      await end(store, { ...waiting, key }, 'passed');
      await fail(store, key, 3);
    },
  },
  {
    name: 'keeps the failures there were where an attempt is withdrawn',
    run: async ({ store }) => {
      const attempt = someStart();
      await fail(store, attempt.key, 2);
      assert.equal(await start(store, attempt), 'admitted');
      await end(store, attempt, 'withdrawn');
      await fail(store, attempt.key, 1);
      assert.equal(await start(store, someStart({ key: attempt.key })), 'refused');
    },
  },
  {
    name: 'takes an attempt that begins once more, since its first answer was lost, for the same one',
    run: async ({ store }) => {
      const attempt = someStart({ limit: 1 });
      assert.deepEqual([await start(store, attempt), await start(store, attempt)], ['admitted', 'admitted']);
      assert.equal(await start(store, { ...attempt, id: someText() }), 'crowded');
      await end(store, attempt, 'withdrawn');
      assert.equal(await start(store, { ...attempt, id: someText() }), 'admitted');
    },
  },
  {
    name: 'counts ends that come together as if they came one after the other',
    run: async ({ store }) => {
      const { key } = someStart();
      await fail(store, key, 1);
      const attempts = range(2).map(() => someStart({ key }));
      await store.startAttempts(attempts);
      await store.endAttempts(
        attempts.map(({ id }, index) => ({ key, id, outcome: index === 0 ? 'passed' : 'failed', countedFor: hour })),
      );
      await fail(store, key, 2);
      assert.equal(await start(store, someStart({ key })), 'refused');
    },
  },
  {
    name: 'frees the place of an attempt that never ends when its time is up',
    run: async ({ store }) => {
      const { key } = someStart();
      assert.equal(await start(store, someStart({ key })), 'admitted');
      for (const _ of range(3)) assert.equal(await start(store, someStart({ key, heldFor: past })), 'admitted');
      await fail(store, key, 2);
      assert.equal(await start(store, someStart({ key })), 'crowded', 'the one that may still end has kept its own');
    },
  },
  {
    name: 'counts a failure that comes when its attempt is not held any more',
    run: async ({ store }) => {
      const late = someStart({ heldFor: past });
      await start(store, late);
      await sweep(store, 10);
      await end(store, late, 'failed');
      await fail(store, late.key, 2);
      assert.equal(await start(store, someStart({ key: late.key })), 'refused');
    },
  },
  {
    name: 'has failures count for as long as was said with the first of them',
    run: async ({ store }) => {
      const [kept, over] = [someText(), someText()];
      await fail(store, kept, 1);
      await fail(store, kept, 2, past);
      const [admission] = await store.startAttempts([someStart({ key: kept })]);
      assert.ok(admission?.kind === 'refused' && admission.retryAfter > hour - 60_000);
      await fail(store, over, 3, past);
      await fail(store, over, 3);
    },
  },
  {
    name: 'takes keys of attempts for different that differ in anything at all, each by itself',
    run: async ({ store }) => {
      const keys = ['a', 'A', 'a ', ' a', 'ä', 'a\u0308', '', 'x'.repeat(64), `${'x'.repeat(63)}y`, '%', '}', "'"];
      for (const expected of ['admitted', 'crowded'] as const) {
        const admissions = await store.startAttempts(keys.map((key) => someStart({ key, limit: 1 })));
        assert.deepEqual(
          admissions.map(({ kind }) => kind),
          keys.map(() => expected),
        );
      }
      const mixed = await store.startAttempts([someStart({ key: 'a', limit: 1 }), someStart()]);
      assert.deepEqual(
        mixed.map(({ kind }) => kind),
        ['crowded', 'admitted'],
      );
      assert.deepEqual(await store.startAttempts([]), []);
      await store.endAttempts([]);
    },
  },
  {
    name: 'admits of five hundred attempts at once as many as there is room for',
    run: async ({ store }) => {
      const { key } = someStart();
      await fail(store, key, 2);
      const told = await Promise.all(range(500).map(() => start(store, someStart({ key, limit: 10 }))));
      assert.equal(told.filter((kind) => kind === 'admitted').length, 8);
      assert.equal(told.filter((kind) => kind === 'crowded').length, 492);
    },
  },
  {
    name: 'admits ten of five hundred guesses at once at two servers',
    needsAnother: true,
    run: async ({ store, another }) => {
      const servers = [store, await another()];
      const { key } = someStart();
      const guess = async (server: Store) => {
        const attempt = someStart({ key, limit: 10 });
        const isAdmitted = await insist(server, attempt);
        if (isAdmitted) await end(server, attempt, 'failed');
        return isAdmitted;
      };
      const admitted = await Promise.all(range(250).flatMap(() => servers.map(guess)));
      assert.equal(admitted.filter((isAdmitted) => isAdmitted).length, 10);
    },
  },
  {
    name: 'refuses nobody of many who pass at once at two servers',
    needsAnother: true,
    run: async ({ store, another }) => {
      const servers = [store, await another()];
      const { key } = someStart();
      const underWay = new Set<string>();
      const pass = async (server: Store) => {
        const attempt = someStart({ key, limit: 10 });
        assert.ok(await insist(server, attempt), 'nobody failed');
        underWay.add(attempt.id);
        assert.ok(underWay.size <= 10, `${underWay.size} are under way`);
        await turn();
        underWay.delete(attempt.id);
        await end(server, attempt, 'passed');
      };
      await Promise.all(range(30).flatMap(() => servers.map(pass)));
    },
  },
  {
    name: 'sweeps counts that are over, however many, and keeps the others',
    run: async ({ store }) => {
      const attempt = (heldFor: number) => range(60).map(() => someStart({ limit: 1, heldFor }));
      const [over, held] = [attempt(past), attempt(hour)];
      await store.startAttempts([...over, ...held]);
      const steps = await sweep(store, 10);
      assert.ok(Math.max(...steps) <= 20, `about ten rows a step, not ${Math.max(...steps)}`);
      const removed = steps.reduce((sum, step) => sum + step, 0);
      assert.ok(
        removed === 60 || removed === 0,
        `all of them, or none where the engine drops them by itself: ${removed}`,
      );
      assert.deepEqual(await sweep(store, 1_000), [0], 'nothing is left to do');
      const admissions = await store.startAttempts(held.map(({ key }) => someStart({ key, limit: 1 })));
      assert.ok(admissions.every(({ kind }) => kind === 'crowded'));
    },
  },
];
