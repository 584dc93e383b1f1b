/**
 * Everything of one user in Redis: one hash with their record, their devices, and for each session where it was last used.
 * Redis drops a session's row by itself; what was noted of it goes over to its device when the user is next written.
 */
import type { DeviceRecord } from '../../session/device-record.ts';
import type { StoreClock } from '../../time/store-clock.ts';
import type { SubjectKey, SubjectState, SubjectUpdate, SubjectWrite, UserRecord } from '../store.ts';
import type { Connection } from './connection.ts';
import { decisionPatience, untilDone } from './decisions.ts';
import { bucketOf, type Keys } from './keys.ts';
import { decodePlace, encodePlace, type Place, placeField, withLastUse } from './places.ts';
import { encodeEntry } from './revocations.ts';
import { decodeRow, droppedAt, encodeRow } from './rows.ts';
import { readSubject, writeSubject } from './scripts.ts';

/** Makes sure of a name before a user who gets it is written; rejects where the name is another's. */
export type ClaimName = (name: string, key: SubjectKey) => Promise<void>;

export interface SubjectTable {
  find(key: SubjectKey): Promise<SubjectState>;
  findUser(key: SubjectKey): Promise<UserRecord | undefined>;
  update<Result>(update: SubjectUpdate<Result>, claim: ClaimName): Promise<Result>;
}

interface Found {
  readonly state: SubjectState;
  /** What was noted of sessions whose rows are gone. */
  readonly left: readonly Place[];
  readonly digest: string;
  readonly now: number;
}

const userField = 'user';
const deviceField = (id: string) => `d:${id}`;

export function createSubjects(connection: Connection, keys: Keys, clock: StoreClock): SubjectTable {
  const rowsOf = ({ shardTag }: SubjectKey) => keys.sessions(bucketOf(shardTag));

  async function read(key: SubjectKey): Promise<Found> {
    const reply = await connection.run({ script: readSubject, keys: [keys.subject(key)], values: [rowsOf(key)] });
    const [now, digest, fields, rows] = reply as [number, string, string[], (string | null)[]];
    clock.observe(now);
    return { now, digest, ...toState(pairs(fields), pairs(rows)) };
  }

  async function write(key: SubjectKey, found: Found, change: SubjectWrite): Promise<boolean> {
    const reply = await connection.runDurably(
      {
        script: writeSubject,
        keys: [keys.subject(key), keys.feed(bucketOf(key.shardTag))],
        values: [rowsOf(key), found.digest, found.now + decisionPatience, keys.channel, encodeWrite(found, change)],
      },
      (written) => written === 0,
    );
    return reply === 1;
  }

  return {
    find: async (key) => (await read(key)).state,
    findUser: async (key) => {
      const text = await connection.send(keys.subject(key), ['HGET', keys.subject(key), userField]);
      return typeof text === 'string' ? JSON.parse(text) : undefined;
    },
    update: (update, claim) =>
      untilDone(async () => {
        const found = await read(update);
        const { write: change, result } = update.decide(found.state, found.now);
        if (change === undefined) {
          // What was found may have been written a moment ago by somebody who still waits for a replica.
          await connection.secure(keys.subject(update));
          return { done: result };
        }
        const name = change.user?.username ?? null;
        if (name !== null && name !== found.state.user?.username) await claim(name, update);
        return (await write(update, found, change)) ? { done: result } : undefined;
      }),
  };
}

function toState(
  fields: readonly [string, string][],
  rows: readonly [string, string | null][],
): Pick<Found, 'state' | 'left'> {
  const gone = new Set(rows.flatMap(([sid, row]) => (row === null ? [sid] : [])));
  const left = fields
    .flatMap(([name, value]) => (name.startsWith('s:') ? [decodePlace(name.slice(2), value)] : []))
    .filter(({ sid }) => gone.has(sid));
  const [user] = fields.flatMap(([name, value]): UserRecord[] => (name === userField ? [JSON.parse(value)] : []));
  const devices = fields
    .flatMap(([name, value]): DeviceRecord[] => (name.startsWith('d:') ? [JSON.parse(value)] : []))
    .map((device) => withLastUse(device, left))
    .toSorted((a, b) => a.createdAt - b.createdAt);
  const sessions = rows.flatMap(([sid, row]) => (row === null ? [] : [decodeRow(sid, row)]));
  return { state: { user, devices, sessions }, left };
}

/** As `writeSubject` takes it. */
function encodeWrite({ state, left }: Found, change: SubjectWrite): string {
  const removed = change.removeDevices ?? [];
  // A decision's own devices come last: they began with what was carried over.
  const carried = state.devices.filter(({ id }) => left.some(({ deviceId }) => deviceId === id));
  const devices = [...carried, ...(change.putDevices ?? [])].filter(({ id }) => !removed.includes(id));
  const sessions = change.putSessions ?? [];
  return JSON.stringify({
    remove: [...removed.map(deviceField), ...left.map(({ sid }) => placeField(sid))],
    set: [
      ...(change.user ? [[userField, JSON.stringify(change.user)]] : []),
      ...devices.map((device) => [deviceField(device.id), JSON.stringify(device)]),
      ...sessions.map((session) => [placeField(session.sid), encodePlace(session)]),
    ],
    rows: sessions.map((session) => [session.sid, encodeRow(session), droppedAt(session)]),
    entries: (change.revocations ?? []).map(encodeEntry),
  });
}

/** What Redis gives as a flat list. */
function pairs<Value>(list: readonly Value[]): [string, Value][] {
  return Array.from({ length: list.length / 2 }, (_, index) => [String(list[2 * index]), list[2 * index + 1] as Value]);
}
