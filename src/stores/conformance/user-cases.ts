/**
 * The built-in directory's users: their names, and the list of them.
 */
import assert from 'node:assert/strict';
import type { Store, UserRecord } from '../store.ts';
import { range, writeSubject } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';
import { sampleSubject, sampleUser } from './sample-records.ts';

/** All names, read in pages of `limit`. */
async function listNames(store: Store, limit: number): Promise<readonly (string | null)[]> {
  const names: (string | null)[] = [];
  for (let page: readonly UserRecord[] = []; ; ) {
    page = await store.listUsers(page.at(-1)?.username ?? '', limit);
    assert.ok(page.length <= limit, 'a page is no longer than asked for');
    if (page.length === 0) return names;
    names.push(...page.map(({ username }) => username));
  }
}

/** Adds somebody new. */
async function insert(store: Store, changes: Parameters<typeof sampleUser>[1] = {}) {
  const key = sampleSubject();
  const user = sampleUser(key, changes);
  return { key, user, outcome: await store.insertUser(user, key.shardTag) };
}

export const userCases: readonly CaseDefinition[] = [
  {
    name: 'finds a user by name, and by exactly that name',
    run: async ({ store }) => {
      const { key, user, outcome } = await insert(store, {
        username: 'ada',
        disabledAt: 1_790_000_000_000,
        notBefore: 7,
      });
      assert.equal(outcome, 'inserted');
      assert.deepEqual(await store.findUserByName('ada'), user);
      assert.deepEqual(await store.findSubject(key), { user, devices: [], sessions: [] });
      for (const name of ['Ada', 'ada ', 'ad', '', 'adä']) assert.equal(await store.findUserByName(name), undefined);
    },
  },
  {
    name: 'lets one user have a name',
    run: async ({ store }) => {
      const first = await insert(store, { username: 'ada' });
      const second = await insert(store, { username: 'ada' });
      assert.deepEqual([first.outcome, second.outcome], ['inserted', 'name_taken']);
      assert.deepEqual(await store.findUserByName('ada'), first.user);
      assert.deepEqual(await store.listUsers('', 10), [first.user]);
      assert.equal((await store.findSubject(second.key)).user, undefined);
    },
  },
  {
    name: 'lets one of many have a name that they want at once',
    run: async ({ store }) => {
      const tries = await Promise.all(range(20).map(() => insert(store, { username: 'ada' })));
      const [winner, ...others] = tries.filter(({ outcome }) => outcome === 'inserted');
      assert.deepEqual(others, []);
      assert.deepEqual(await store.findUserByName('ada'), winner?.user);
    },
  },
  {
    name: 'lets no act on a user take a name that is another’s',
    run: async ({ store }) => {
      const owner = await insert(store);
      const { key, user } = await insert(store);
      const thief = { ...user, username: owner.user.username };
      // Whether the store refuses or takes no notice of the name is its own affair.
      await writeSubject(store, key, { user: thief }).catch(() => {});
      assert.deepEqual(await store.findUserByName(owner.user.username), owner.user);
      assert.deepEqual((await store.findSubject(owner.key)).user, owner.user);
    },
  },
  {
    name: 'finds by name what an act on the user wrote',
    run: async ({ store }) => {
      const { key, user } = await insert(store);
      const disabled = { ...user, passwordHash: null, disabledAt: 1_790_000_000_000 };
      await writeSubject(store, key, { user: disabled });
      assert.deepEqual(await store.findUserByName(user.username), disabled);
    },
  },
  {
    name: 'lists the directory’s users in order of name, page by page, and nobody else',
    run: async ({ store }) => {
      const names = ['zoë', 'ada', 'ada.b', 'élodie', 'bob', '0day', 'Ada', 'ada-b'];
      for (const username of names) await insert(store, { username });
      const key = sampleSubject();
      await writeSubject(store, key, { user: { ...sampleUser(key), username: null } });
      const inOrder = names.toSorted();
      for (const limit of [1, 3, 100]) assert.deepEqual(await listNames(store, limit), inOrder);
    },
  },
];
