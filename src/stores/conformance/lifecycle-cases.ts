/**
 * Opening, closing, and what a store says about itself.
 */
import assert from 'node:assert/strict';
import { countUp, range, readSession, writeSubject } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';
import { sampleSession, sampleSubject } from './sample-records.ts';

export const lifecycleCases: readonly CaseDefinition[] = [
  {
    name: 'says how many seconds of acknowledged writes it may lose, which is no guess but a number',
    run: async ({ store }) => {
      assert.ok(Number.isInteger(store.mayLoseSeconds) && store.mayLoseSeconds >= 0);
    },
  },
  {
    name: 'has a clock of whole milliseconds that goes on',
    run: async ({ store }) => {
      const first = await store.checkHealth();
      const second = await store.checkHealth();
      assert.ok(Number.isSafeInteger(first) && first > 0, `${first} is a time`);
      assert.ok(second >= first, 'the clock does not go back');
    },
  },
  {
    name: 'has made 32 random bytes that are its own and never change',
    run: async ({ store, fresh }) => {
      const secret = await store.shardSecret();
      assert.equal(secret.length, 32);
      assert.ok(new Set(secret).size > 8, 'the bytes are random');
      assert.deepEqual(await store.shardSecret(), secret);
      assert.notDeepEqual(await (await fresh()).shardSecret(), secret);
    },
  },
  {
    name: 'says of no session that it began too early, until the moment is raised past the clock, and past what it was',
    run: async ({ store }) => {
      assert.equal(await store.notBefore(), 0);
      const before = await store.checkHealth();
      const first = await store.raiseNotBefore(5);
      assert.ok(Number.isSafeInteger(first) && first >= before + 5, `${first} is later than ${before}`);
      assert.equal(await store.notBefore(), first);
      const second = await store.raiseNotBefore(3_600_000);
      assert.ok(second >= first + 3_600_000, `${second} is later than ${first}`);
      assert.equal(await store.raiseNotBefore(1), second + 1);
    },
  },
  {
    name: 'tells an operator about its engine, a line at a time',
    run: async ({ store }) => {
      const findings = await store.inspect();
      assert.ok(findings.length > 0);
      for (const { verdict, text } of findings) {
        assert.ok(['good', 'poor', 'bad'].includes(verdict));
        assert.match(text, /^.+$/, 'one line');
      }
    },
  },
  {
    name: 'finishes what is under way before it closes',
    run: async ({ store }) => {
      const key = sampleSubject();
      const session = sampleSession(key, await store.checkHealth(), { generation: 0 });
      await writeSubject(store, key, { putSessions: [session] });
      const underWay = range(20).map(() => countUp(store, session.sid));
      await store.close();
      const found = await Promise.all(underWay);
      assert.deepEqual(found, range(20), 'each was answered, in turn');
    },
  },
  {
    name: 'has written what it answered before it closed',
    needsAnother: true,
    run: async ({ store, another }) => {
      const key = sampleSubject();
      const session = sampleSession(key, await store.checkHealth(), { generation: 0 });
      await writeSubject(store, key, { putSessions: [session] });
      const second = await another();
      const underWay = range(20).map(() => countUp(store, session.sid));
      await store.close();
      await Promise.all(underWay);
      assert.equal((await readSession(second, session.sid)).generation, 20);
    },
  },
];
