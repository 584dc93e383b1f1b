/**
 * `tallystick key list|roll|remove`: the signing keys.
 */
import type { Tallystick } from '../../server/index.ts';
import { CommandError } from '../run-command.ts';

export async function listKeys(auth: Tallystick): Promise<string> {
  const keys = await auth.signingKeys.list();
  return keys.map(({ kid, algorithm, state }) => `${kid}\t${algorithm}\t${state}\n`).join('');
}

/** Publishes a next key, which takes over when every verifier has had time to see it. */
export async function rollKey(auth: Tallystick): Promise<string> {
  return `${await auth.signingKeys.roll()} is published and will sign in a while\n`;
}

/** Takes a key away at once, as after a theft: every token it signed is refused once verifiers have looked again. */
export async function removeKey(auth: Tallystick, kid: string): Promise<string> {
  if ((await auth.signingKeys.remove(kid)) === 'not_found') throw new CommandError(`there is no key ${kid}`);
  return `removed ${kid}\n`;
}
