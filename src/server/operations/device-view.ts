/**
 * A device as its user sees it. Its last use is told to the hour, so that nobody can keep in step with the user.
 */
import type { DeviceView } from '../../protocol/wire.ts';
import type { DeviceRecord } from '../../session/device-record.ts';
import { isLive } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';

const hour = 3600;

/** The view of `device`, whose newest session is among `sessions`, for the holder of the session `currentSid`. */
export function deviceView(
  device: DeviceRecord,
  sessions: readonly SessionRecord[],
  now: number,
  currentSid: string | undefined,
): DeviceView {
  const own = sessions.filter(({ deviceId }) => deviceId === device.id);
  const newest = own.find(({ sid }) => sid === device.sid);
  const lastUsedAt = Math.max(device.lastUsedAt, newest?.changedAt ?? 0);
  return {
    id: device.id,
    name: device.name,
    platform: device.platform,
    browser: device.browser,
    created_at: Math.floor(device.createdAt / 1000),
    last_used_at: Math.floor(lastUsedAt / 1000 / hour) * hour,
    last_ip: newest?.lastAddress ?? device.lastAddress,
    current: own.some(({ sid }) => sid === currentSid),
    signed_in: own.some((session) => isLive(session, now)),
  };
}
