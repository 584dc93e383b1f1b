/**
 * Takes a device off its user's list and ends its session.
 */
import type { SessionRecord } from '../../session/session-record.ts';
import type { Context } from '../context.ts';
import { revokingWrites, tellRevoked } from './revocation.ts';

/** Removes a device of `subject`. Another user's device is not found. */
export async function removeDevice(
  context: Context,
  subject: string,
  deviceId: string,
): Promise<{ readonly kind: 'removed' | 'not_found' }> {
  const ended = await context.store.updateSubject<readonly SessionRecord[] | 'not_found'>({
    ...context.subjectKey(subject),
    decide: ({ devices, sessions }, now) => {
      if (!devices.some(({ id }) => id === deviceId)) return { result: 'not_found' };
      const ending = sessions.filter((session) => session.deviceId === deviceId);
      const writes = revokingWrites(context, ending, now);
      return {
        write: { removeDevices: [deviceId], putSessions: writes.ended, revocations: writes.revocations },
        result: writes.ended,
      };
    },
  });
  if (ended === 'not_found') return { kind: 'not_found' };
  context.tell({ type: 'device_removed', subject, deviceId });
  tellRevoked(context, ended, 'device_removed');
  return { kind: 'removed' };
}
