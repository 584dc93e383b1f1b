/**
 * Replay memory: whoever comes first is told so, everybody else is not, until it is over.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { range, sweep } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';

const hour = 3_600_000;

function someKey(): string {
  return randomBytes(16).toString('base64url');
}

export const singleUseCases: readonly CaseDefinition[] = [
  {
    name: 'says of a use whether it is the first, in order, whatever else is asked beside it',
    run: async ({ store }) => {
      const until = (await store.checkHealth()) + hour;
      const [first, second, third] = [someKey(), someKey(), someKey()];
      assert.deepEqual(await store.rememberOnce([]), []);
      assert.deepEqual(await store.rememberOnce([{ key: first, until }]), [true]);
      const uses = [second, first, third, second].map((key) => ({ key, until }));
      assert.deepEqual(await store.rememberOnce(uses), [true, false, true, false]);
      assert.deepEqual(await store.rememberOnce(uses), [false, false, false, false]);
    },
  },
  {
    name: 'takes keys for different that differ in anything at all',
    run: async ({ store }) => {
      const until = (await store.checkHealth()) + hour;
      const keys = ['a', 'A', 'a ', ' a', 'ä', 'a\u0308', '', 'x'.repeat(128), `${'x'.repeat(127)}y`, '%', '_', "'"];
      const uses = keys.map((key) => ({ key, until }));
      assert.deepEqual(
        await store.rememberOnce(uses),
        keys.map(() => true),
      );
      assert.deepEqual(
        await store.rememberOnce(uses),
        keys.map(() => false),
      );
    },
  },
  {
    name: 'lets one of many that use a key at once be the first',
    run: async ({ store }) => {
      const use = { key: someKey(), until: (await store.checkHealth()) + hour };
      const answers = await Promise.all(range(50).map(() => store.rememberOnce([use])));
      assert.equal(answers.flat().filter((isFirst) => isFirst).length, 1);
    },
  },
  {
    name: 'lets one use on one of two servers be the first',
    needsAnother: true,
    run: async ({ store, another }) => {
      const servers = [store, await another()];
      const until = (await store.checkHealth()) + hour;
      for (const key of range(10).map(someKey)) {
        const answers = await Promise.all(
          range(10).flatMap(() => servers.map((server) => server.rememberOnce([{ key, until }]))),
        );
        assert.equal(answers.flat().filter((isFirst) => isFirst).length, 1);
      }
    },
  },
  {
    name: 'sweeps uses that are over, however many, and remembers the others',
    run: async ({ store }) => {
      const now = await store.checkHealth();
      const over = range(60).map(() => ({ key: someKey(), until: now - hour }));
      const held = range(60).map(() => ({ key: someKey(), until: now + hour }));
      await store.rememberOnce([...over, ...held]);
      const steps = await sweep(store, 10);
      assert.ok(Math.max(...steps) <= 20, `about ten rows a step, not ${Math.max(...steps)}`);
      assert.deepEqual(
        await store.rememberOnce(over),
        over.map(() => true),
        'forgotten',
      );
      assert.deepEqual(
        await store.rememberOnce(held),
        held.map(() => false),
        'held',
      );
    },
  },
];
