/**
 * Signs a user out everywhere but here, and takes the other devices off the list.
 */
import type { SessionRecord } from '../../session/session-record.ts';
import type { Context } from '../context.ts';
import { hostUser, massRevocation, tellRevoked } from './revocation.ts';
import type { SessionName } from './session-mark.ts';

interface Removal {
  readonly deviceIds: readonly string[];
  readonly ended: readonly SessionRecord[];
}

/** Removes every device of `subject` but the one with `session`. Gives how many there were, as far as the store knows. */
export async function removeOtherDevices(
  context: Context,
  { subject, sid }: SessionName,
  deviceId: string | undefined,
): Promise<{ readonly removed: number }> {
  const { deviceIds, ended } = await context.store.updateSubject<Removal>({
    ...context.subjectKey(subject),
    decide: (state, now) => {
      const mass = massRevocation(context, subject, state, sid, now);
      const removed = state.devices.map(({ id }) => id).filter((id) => id !== deviceId);
      return {
        write: {
          user: { ...(state.user ?? hostUser(subject, now)), notBefore: mass.notBefore },
          removeDevices: removed,
          putSessions: [...mass.ended, ...mass.kept],
          revocations: mass.revocations,
        },
        result: { deviceIds: removed, ended: mass.ended },
      };
    },
  });
  for (const id of deviceIds) context.tell({ type: 'device_removed', subject, deviceId: id });
  tellRevoked(context, ended, 'other_devices_removed');
  return { removed: deviceIds.length };
}
