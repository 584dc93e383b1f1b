/**
 * What cannot be done in the configured mode, without a store, or for users of the host's own. It is nobody's fault, and
 * trying again does not help.
 */
import type { Context } from './context.ts';
import type { PasswordDirectory } from './directory/directory.ts';
import type { KeptKeys, KeyRing } from './keys/key-ring.ts';
import type { Settings } from './options.ts';

/** Leaves as 501. The message is for whoever asked. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}

/** Throws where there is no list of devices. */
export function assertDeviceList({ mode }: Settings): void {
  if (mode === 'stateless') {
    throw new UnsupportedError('Sessions are stateless here, so there is no list of devices.');
  }
}

/** What can be done to the signing keys. Throws where they are derived. */
export function keptKeys({ kept }: KeyRing): KeptKeys {
  if (kept === undefined) {
    throw new UnsupportedError(
      'Nothing is stored here: signing keys are derived from the root secrets, and roll over and end with these alone.',
    );
  }
  return kept;
}

/** The directory whose users sign in here. Throws where they are the host's own. */
export function builtInDirectory({ users }: Pick<Context, 'users'>): PasswordDirectory {
  if ('authenticate' in users) {
    throw new UnsupportedError(
      'Users are the host’s own here: their passwords are kept, and set, where the host keeps them.',
    );
  }
  return users.directory;
}
