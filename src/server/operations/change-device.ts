/**
 * Renames a device, or signs it out and keeps it in the list.
 */
import type { DeviceView } from '../../protocol/wire.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Context } from '../context.ts';
import { clipName } from '../device-description.ts';
import { deviceView } from './device-view.ts';
import { revokingWrites, tellRevoked } from './revocation.ts';

/** The new name, the end of the device's session, or both. */
export interface DeviceChange {
  /** What cannot be shown is left out, what is over 64 characters cut off; an empty one changes nothing. */
  readonly name?: string | undefined;
  readonly signOut?: boolean | undefined;
}

export type ChangeDeviceResult =
  | { readonly kind: 'changed'; readonly device: DeviceView; readonly ended: readonly SessionRecord[] }
  | { readonly kind: 'not_found' };

/** Changes a device of `subject`. Another user's device is not found. */
export async function changeDevice(
  context: Context,
  subject: string,
  deviceId: string,
  change: DeviceChange,
  currentSid?: string,
): Promise<ChangeDeviceResult> {
  const result = await context.store.updateSubject<ChangeDeviceResult>({
    ...context.subjectKey(subject),
    decide: ({ devices, sessions }, now) => {
      const found = devices.find(({ id }) => id === deviceId);
      if (found === undefined) return { result: { kind: 'not_found' } };
      const device = { ...found, name: clipName(change.name ?? '') || found.name };
      const ending = change.signOut ? sessions.filter((session) => session.deviceId === deviceId) : [];
      const { ended, revocations } = revokingWrites(context, ending, now);
      const after = sessions.map((session) => ended.find(({ sid }) => sid === session.sid) ?? session);
      return {
        write: { putDevices: [device], putSessions: ended, revocations },
        result: { kind: 'changed', device: deviceView(device, after, now, currentSid), ended },
      };
    },
  });
  if (result.kind === 'changed') tellRevoked(context, result.ended, 'device_signed_out');
  return result;
}
