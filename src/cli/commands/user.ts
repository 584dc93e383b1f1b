/**
 * `tallystick user add|list|password|disable|enable NAME`: the built-in directory.
 */
import type { Tallystick } from '../../server/index.ts';
import { readNewPassword } from '../read-password.ts';
import { CommandError } from '../run-command.ts';

export async function addUser(auth: Tallystick, username: string): Promise<string> {
  const result = await auth.directory.add({ username, password: await readNewPassword() });
  if (result.kind === 'name_taken') throw new CommandError(`there is a user ${username} already`);
  if (result.kind === 'invalid') throw new CommandError(result.problem);
  return `added ${username} (${result.subject})\n`;
}

export async function listUsers(auth: Tallystick): Promise<string> {
  let lines = '';
  for await (const { username, subject, disabledAt } of auth.directory.list()) {
    lines += `${username}\t${subject}\t${disabledAt === null ? 'active' : 'disabled'}\n`;
  }
  return lines;
}

/** Sets a user's password, for one who has lost it, and ends all their sessions. */
export async function setPassword(auth: Tallystick, username: string): Promise<string> {
  const subject = await subjectOf(auth, username);
  const result = await auth.setPassword({ subject, password: await readNewPassword() });
  if (result.kind === 'not_found') throw nobody(username);
  if (result.kind === 'invalid_password') throw new CommandError(result.problem);
  return `set the password of ${username} and ended all their sessions\n`;
}

/** Keeps a user from signing in, and ends their sessions. */
export async function disableUser(auth: Tallystick, username: string): Promise<string> {
  await auth.disableUser(await subjectOf(auth, username));
  return `disabled ${username} and ended all their sessions\n`;
}

/** Lets a disabled user sign in again. Their sessions stay ended. */
export async function enableUser(auth: Tallystick, username: string): Promise<string> {
  await auth.enableUser(await subjectOf(auth, username));
  return `enabled ${username}\n`;
}

/** The subject of a user of the directory. */
export async function subjectOf(auth: Tallystick, username: string): Promise<string> {
  const user = await auth.directory.find(username);
  if (user === undefined) throw nobody(username);
  return user.subject;
}

function nobody(username: string): CommandError {
  return new CommandError(`there is no user ${username}`);
}
