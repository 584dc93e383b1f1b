/**
 * Whether a user may sign in on one more device, and which device has to make room. Pure; signing in on a known device
 * needs no room and is not asked about.
 */
import type { DeviceKind, DeviceRecord } from './device-record.ts';

/** How many signed-in devices of one kind a user may have, and what happens at the limit. */
export interface DeviceLimit {
  /** Counts only devices of this kind; absent: all devices. */
  readonly kind?: DeviceKind;
  readonly max: number;
  readonly atLimit: 'evict-oldest' | 'deny';
}

/** `admitted`: the devices in `evict` have to be signed out for it, the least recently used first. */
export type DeviceLimitOutcome =
  | { readonly kind: 'admitted'; readonly evict: readonly DeviceRecord[] }
  | { readonly kind: 'denied'; readonly limit: DeviceLimit };

/** Decides for a new device of `kind`, given the devices of its user that are signed in now. */
export function decideDeviceLimit(
  signedIn: readonly DeviceRecord[],
  kind: DeviceKind,
  limits: readonly DeviceLimit[],
): DeviceLimitOutcome {
  const evict = new Set<DeviceRecord>();
  for (const limit of limits) {
    if (limit.kind !== undefined && limit.kind !== kind) continue;
    const counted = signedIn.filter((device) => limit.kind === undefined || device.kind === limit.kind);
    const excess = counted.length + 1 - limit.max;
    if (excess > 0 && (limit.atLimit === 'deny' || limit.max < 1)) return { kind: 'denied', limit };
    for (const device of leastRecentlyUsed(counted, excess)) evict.add(device);
  }
  return { kind: 'admitted', evict: [...evict] };
}

function leastRecentlyUsed(devices: readonly DeviceRecord[], count: number): DeviceRecord[] {
  return devices.toSorted((a, b) => a.lastUsedAt - b.lastUsedAt).slice(0, Math.max(count, 0));
}
