/**
 * Users for a run of many clients, added before its servers start.
 */
import { createTallystick } from '../../src/server/index.ts';
import { createSubjectKeys } from '../../src/server/subject-keys.ts';
import type { Store } from '../../src/stores/store.ts';

export interface AddUsersOptions {
  readonly usernames: readonly string[];
  readonly password: string;
  /** The root secret that the servers will have. */
  readonly secret: string;
}

/** Users with the same password and, to save time, the same hash. Closes the store. */
export async function addUsers(store: Store, { usernames, password, secret }: AddUsersOptions): Promise<void> {
  const [first = '', ...others] = usernames;
  const auth = createTallystick({ store, issuer: 'http://localhost:3000', secrets: [secret] });
  await auth.ready();
  await auth.directory.add({ username: first, password });
  const user = await store.findUserByName(first);
  if (user === undefined) throw new Error('the user who was added is there');
  const keyOf = createSubjectKeys(await store.shardSecret());
  for (const username of others) {
    await store.insertUser({ ...user, username, subject: username }, keyOf(username).shardTag);
  }
  await auth.close();
}
