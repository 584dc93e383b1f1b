/**
 * The order in which a user reads the list of devices.
 */
import type { DeviceView } from 'tallystick/protocol';

/** This device, then those that are signed in, then the rest; among equals the one used last, then the newest, first. */
export function orderDevices(devices: readonly DeviceView[]): readonly DeviceView[] {
  return devices.toSorted(
    (a, b) =>
      Number(b.current) - Number(a.current) ||
      Number(b.signed_in) - Number(a.signed_in) ||
      b.last_used_at - a.last_used_at ||
      b.created_at - a.created_at,
  );
}
