/**
 * What cannot be done in the configured mode. It is nobody's fault, and trying again does not help.
 */
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
