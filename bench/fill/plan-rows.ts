/**
 * The rows that a store is filled with: users with one device and one session each, as if they had signed in over the last
 * day, so that their refresh tokens are good. One session of a hundred is past its end, for the clean-up, and one
 * is left to operations that end it. Everything of a row
 * follows from its number, so that nothing has to be kept of ten million of them.
 */

import { encodeSessionId } from '../../src/protocol/session-id.ts';
import { createRootKeys } from '../../src/server/keys/root-secrets.ts';
import { createSubjectKeys } from '../../src/server/subject-keys.ts';
import { createStoredTokens } from '../../src/server/tokens/stored-tokens.ts';
import { atSignIn } from '../../src/session/at-sign-in.ts';
import type { DeviceRecord } from '../../src/session/device-record.ts';
import type { SessionRecord } from '../../src/session/session-record.ts';
import { secret } from '../servers/tallystick.ts';

export interface RowPlan {
  readonly count: number;
  subject(index: number): string;
  session(index: number): SessionRecord;
  device(index: number): DeviceRecord;
  /** Every number, in the order of the session ids: what is inserted in order of its key stays close together. */
  inOrderOfIds(): Iterable<number>;
  /** Users from everywhere in the table, whose sessions nobody refreshes. */
  spareSubjects(howMany: number): string[];
  /** Tokens of so many sessions that have not ended, or of all of them, from everywhere in the table. */
  refreshTokens(howMany: number, issuer: string): string[];
}

const day = 86_400_000;
const hundred = 100;
/** The first of a hundred is past its end, the second is spare. */
const liveOfHundred = 98;

export function planRows(count: number, shardSecret: Uint8Array): RowPlan {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const subjectKey = createSubjectKeys(shardSecret);
  const subject = (index: number) => `user-${String(index).padStart(8, '0')}`;
  const startOf = (index: number) => now - (index % day);
  const sidOf = (index: number) => {
    const random = Buffer.alloc(6);
    random.writeUIntBE(index, 0, 6);
    return encodeSessionId({ shardTag: subjectKey(subject(index)).shardTag, startedAt: startOf(index), random });
  };
  const deviceIdOf = (index: number) => Buffer.from(String(index).padStart(8, '0')).toString('base64url');
  return {
    count,
    subject,
    session: (index) => ({
      ...freshSession,
      sid: sidOf(index),
      subject: subject(index),
      deviceId: deviceIdOf(index),
      authenticatedAt: startOf(index),
      inactivityEndsAt: isExpired(index) ? now - day : now + 30 * day,
      absoluteEndsAt: now + 365 * day,
    }),
    device: (index) => ({
      ...someDevice,
      id: deviceIdOf(index),
      subject: subject(index),
      createdAt: startOf(index),
      lastUsedAt: startOf(index),
      sid: sidOf(index),
    }),
    inOrderOfIds: () => sorted(count, (index) => Buffer.from(subjectKey(subject(index)).shardTag).readUInt32BE()),
    spareSubjects: (howMany) => everywhere(Math.floor(count / hundred), howMany).map((of) => subject(of * hundred + 1)),
    refreshTokens: (howMany, issuer) => {
      const tokens = createStoredTokens(createRootKeys([secret], issuer));
      const some = everywhere((count / hundred) * liveOfHundred, howMany).map(liveIndex);
      return some.map((index) => tokens.issue({ sid: sidOf(index), generation: 0, branch: 0 }));
    },
  };
}

const freshSession = {
  clientId: 'app',
  scope: '',
  acr: null,
  amr: 'pwd',
  keyThumbprint: null,
  ...atSignIn,
  remember: true,
  lastAddress: '192.0.2.1',
  lastAgent: 'AAAAAAAAAAA',
} as const satisfies Partial<SessionRecord>;

const someDevice = {
  name: 'Chrome on Linux',
  kind: 'desktop',
  platform: 'Linux',
  browser: 'Chrome 140',
  lastAddress: '192.0.2.1',
} as const satisfies Partial<DeviceRecord>;

function isExpired(index: number): boolean {
  return index % hundred === 0;
}

/** The number of a row whose session is neither past its end nor spare, by its place among those. */
function liveIndex(place: number): number {
  return Math.floor(place / liveOfHundred) * hundred + (hundred - liveOfHundred) + (place % liveOfHundred);
}

/** As many numbers below `count` as are asked for, or all of them. */
function everywhere(count: number, howMany: number): number[] {
  const step = Math.max(count / howMany, 1);
  return Array.from({ length: Math.min(howMany, count) }, (_, position) => Math.floor(position * step));
}

/** Numbers by a 32-bit key: both in one integer, so that ten million are sorted in seconds. */
function* sorted(count: number, keyOf: (index: number) => number): Iterable<number> {
  const keyed = new BigUint64Array(count);
  for (let index = 0; index < count; index += 1) keyed[index] = (BigInt(keyOf(index)) << 32n) | BigInt(index);
  keyed.sort();
  for (const value of keyed) yield Number(value & 0xffffffffn);
}
