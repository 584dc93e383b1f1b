/**
 * The users of the demo, whose password everyone knows.
 */
import type { Tallystick } from '../../server/index.ts';
import { ConfigError } from '../config.ts';
import type { Customer } from './accounts.ts';

export const demoUsers: readonly string[] = ['alice', 'bob'];
export const demoPassword = 'correct horse battery staple';

/** Adds the demo's users and gives them. Refuses a store that holds others: nobody's real users are to share a house with known passwords. */
export async function prepareDemoUsers(directory: Tallystick['directory']): Promise<readonly Customer[]> {
  for await (const { username } of directory.list()) {
    if (username !== null && !demoUsers.includes(username)) {
      throw new ConfigError('TALLYSTICK_STORE: holds users that are not the demo’s; give the demo a store of its own');
    }
  }
  for (const username of demoUsers) await directory.add({ username, password: demoPassword });
  const found = await Promise.all(demoUsers.map((username) => directory.find(username)));
  return found.flatMap((user) => (user?.username ? [{ subject: user.subject, username: user.username }] : []));
}
