/**
 * The users of the demo, whose password everyone knows.
 */
import type { Tallystick } from '../../server/index.ts';
import { ConfigError } from '../config.ts';

export const demoUsers: readonly string[] = ['alice', 'bob'];
export const demoPassword = 'correct horse battery staple';

/** Adds the demo's users. Refuses a store that holds others: nobody's real users are to share a house with known passwords. */
export async function prepareDemoUsers(directory: Tallystick['directory']): Promise<void> {
  for await (const { username } of directory.list()) {
    if (username !== null && !demoUsers.includes(username)) {
      throw new ConfigError('TALLYSTICK_STORE: holds users that are not the demo’s; give the demo a store of its own');
    }
  }
  for (const username of demoUsers) await directory.add({ username, password: demoPassword });
}
