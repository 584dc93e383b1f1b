/**
 * `tallystick device list|remove`: what an operator does for a user who cannot.
 */
import type { Tallystick } from '../../server/index.ts';
import { CommandError } from '../run-command.ts';
import { subjectOf } from './user.ts';

export async function listDevices(auth: Tallystick, username: string): Promise<string> {
  const devices = await auth.listDevices(await subjectOf(auth, username));
  return devices
    .map(
      ({ id, name, last_used_at, last_ip, signed_in }) =>
        `${[id, name, new Date(last_used_at * 1000).toISOString(), last_ip, signed_in ? 'signed in' : 'signed out'].join('\t')}\n`,
    )
    .join('');
}

/** Takes a device off its user's list and ends its session. */
export async function removeDevice(auth: Tallystick, username: string, deviceId: string): Promise<string> {
  const { kind } = await auth.removeDevice(await subjectOf(auth, username), deviceId);
  if (kind === 'not_found') throw new CommandError(`${username} has no device ${deviceId}`);
  return `removed ${deviceId}\n`;
}
