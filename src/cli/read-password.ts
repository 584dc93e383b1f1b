/**
 * Passwords come from a prompt or from standard input, never from an argument, which other users of the machine could see.
 */
import { text } from 'node:stream/consumers';
import { read } from 'read';

/** Asks at a terminal, twice; elsewhere reads standard input up to its first line break. */
export async function readNewPassword(): Promise<string | undefined> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).split(/\r?\n/, 1)[0];
  const first = await read({ prompt: 'Password: ', silent: true });
  return first === (await read({ prompt: 'Again: ', silent: true })) ? first : undefined;
}
