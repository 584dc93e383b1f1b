/**
 * Where and when a session was last used, as its user's hash notes it: to the hour, so that a refresh seldom touches it. It
 * outlives the session's row, which Redis drops by itself.
 */
import type { DeviceRecord } from '../../session/device-record.ts';
import type { SessionRecord } from '../../session/session-record.ts';

export interface Place {
  readonly sid: string;
  readonly deviceId: string;
  readonly usedAt: number | null;
  readonly address: string;
}

/** The field of a session in its user's hash. */
export function placeField(sid: string): string {
  return `s:${sid}`;
}

export function encodePlace({ deviceId, changedAt, lastAddress }: SessionRecord): string {
  return JSON.stringify([deviceId, changedAt, lastAddress]);
}

/** Only what `encodePlace` wrote comes here. */
export function decodePlace(sid: string, text: string): Place {
  const [deviceId, usedAt, address]: [string, number | null, string] = JSON.parse(text);
  return { sid, deviceId, usedAt, address };
}

/** A device is as old as its last use, which only its sessions knew; `left` are those that are gone. */
export function withLastUse(device: DeviceRecord, left: readonly Place[]): DeviceRecord {
  let latest = device;
  for (const { deviceId, usedAt, address } of left) {
    if (deviceId !== device.id || usedAt === null || usedAt <= latest.lastUsedAt) continue;
    latest = { ...latest, lastUsedAt: usedAt, lastAddress: address };
  }
  return latest;
}
