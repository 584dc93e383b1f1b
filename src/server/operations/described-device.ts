/**
 * The device of a session that begins, or that the store hears of for the first time.
 */
import type { DeviceRecord } from '../../session/device-record.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import { describeDevice } from '../device-description.ts';
import type { Origin } from '../events.ts';

/** The device that `session` is on, as its browser describes itself, used since the sign-in. */
export function describedDevice(session: SessionRecord, { address, userAgent }: Origin): DeviceRecord {
  return {
    id: session.deviceId,
    subject: session.subject,
    ...describeDevice(userAgent),
    createdAt: session.authenticatedAt,
    lastUsedAt: session.authenticatedAt,
    lastAddress: address,
    sid: session.sid,
  };
}
