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

export const userCases: readonly CaseDefinition[] = [
  {
    name: 'finds a user by name, and by exactly that name',
    run: async ({ store }) => {
      const user = sampleUser(sampleSubject(), { username: 'ada', disabledAt: 1_790_000_000_000, notBefore: 7 });
      assert.equal(await store.insertUser(user), 'inserted');
      assert.deepEqual(await store.findUserByName('ada'), user);
      for (const name of ['Ada', 'ada ', 'ad', '', 'adä']) assert.equal(await store.findUserByName(name), undefined);
    },
  },
  {
    name: 'lets one user have a name',
    run: async ({ store }) => {
      const first = sampleUser(sampleSubject(), { username: 'ada' });
      assert.equal(await store.insertUser(first), 'inserted');
      assert.equal(await store.insertUser(sampleUser(sampleSubject(), { username: 'ada' })), 'name_taken');
      assert.deepEqual(await store.findUserByName('ada'), first);
      assert.deepEqual(await store.listUsers('', 10), [first]);
    },
  },
  {
    name: 'lets one of many have a name that they want at once',
    run: async ({ store }) => {
      const users = range(20).map(() => sampleUser(sampleSubject(), { username: 'ada' }));
      const outcomes = await Promise.all(users.map((user) => store.insertUser(user)));
      assert.equal(outcomes.filter((outcome) => outcome === 'inserted').length, 1);
      assert.deepEqual(await store.findUserByName('ada'), users[outcomes.indexOf('inserted')]);
    },
  },
  {
    name: 'finds by name what an act on the user wrote',
    run: async ({ store }) => {
      const key = sampleSubject();
      const user = sampleUser(key);
      await store.insertUser(user);
      const disabled = { ...user, passwordHash: null, disabledAt: 1_790_000_000_000 };
      await writeSubject(store, key, { user: disabled });
      assert.deepEqual(await store.findUserByName(user.username), disabled);
    },
  },
  {
    name: 'lists the directory’s users in order of name, page by page, and nobody else',
    run: async ({ store }) => {
      const names = ['zoë', 'ada', 'ada.b', 'élodie', 'bob', '0day', 'Ada', 'ada-b'];
      for (const username of names) await store.insertUser(sampleUser(sampleSubject(), { username }));
      const key = sampleSubject();
      await writeSubject(store, key, { user: { ...sampleUser(key), username: null } });
      const inOrder = names.toSorted();
      for (const limit of [1, 3, 100]) assert.deepEqual(await listNames(store, limit), inOrder);
    },
  },
];
