/**
 * Passwords come from a prompt or from standard input, never from an argument, which other users of the machine could see.
 */
import { text } from 'node:stream/consumers';
import { read } from 'read';
import { CommandError } from './run-command.ts';

/** Asks at a terminal, twice; elsewhere reads standard input up to its first line break. */
export async function readNewPassword(): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).split(/\r?\n/, 1)[0] ?? '';
  const first = await read({ prompt: 'Password: ', silent: true });
  const second = await read({ prompt: 'Again: ', silent: true });
  if (first !== second) throw new CommandError('the two passwords differ');
  return first;
}
