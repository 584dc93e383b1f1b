/**
 * `tallystick user add|list|disable|enable NAME`: the built-in directory.
 */
import type { Tallystick } from '../../server/index.ts';
import { readNewPassword } from '../read-password.ts';
import { CommandError } from '../run-command.ts';

export async function addUser(auth: Tallystick, username: string): Promise<string> {
  const password = await readNewPassword();
  if (password === undefined) throw new CommandError('the two passwords differ');
  const result = await auth.directory.add({ username, password });
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
  if (user === undefined) throw new CommandError(`there is no user ${username}`);
  return user.subject;
}
