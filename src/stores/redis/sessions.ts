/**
 * Acts on session rows in Redis. The everyday rotation is one script; everything else reads, decides and writes if the row
 * is as it was read.
 */
import type { SessionRecord } from '../../session/session-record.ts';
import type { StoreClock } from '../../time/store-clock.ts';
import type { PlainUpdate, Revocation, SessionUpdate } from '../store.ts';
import type { Call, Connection } from './connection.ts';
import { decisionPatience, untilDone } from './decisions.ts';
import { bucketOfSession, type Keys } from './keys.ts';
import { encodePlace, placeField } from './places.ts';
import { encodeEntry } from './revocations.ts';
import { decodeRow, droppedAt, encodeRow } from './rows.ts';
import { changeField, readSession, rotateSession, writeSession } from './scripts.ts';
import type { Outcomes } from './write-group.ts';

export interface SessionTable {
  find(sid: string): Promise<SessionRecord | undefined>;
  /** Does acts on one session, one after the other, with one write. */
  update(sid: string, updates: readonly SessionUpdate<unknown>[]): Promise<Outcomes>;
}

/** A row as it was read, and the clock it was read by. */
interface Found {
  readonly now: number;
  readonly row: string | null;
}

/** What a group of updates comes to, each decided on top of the one before. */
interface Decided {
  /** `undefined` where nothing is to be written. */
  readonly next: SessionRecord | undefined;
  readonly revocations: readonly Revocation[];
  readonly outcomes: Outcomes;
}

const hour = 3_600_000;

export function createSessions(connection: Connection, keys: Keys, clock: StoreClock): SessionTable {
  const keyOf = (sid: string) => keys.sessions(bucketOfSession(sid)) + sid;
  const subjectKeyOf = ({ sid, subject }: SessionRecord) =>
    keys.subject({ subject, shardTag: Buffer.from(sid, 'base64url') });

  async function read(sid: string): Promise<Found> {
    const [now, row] = (await connection.run({ script: readSession, keys: [keyOf(sid)] })) as [number, string | null];
    clock.observe(now);
    return { now, row };
  }

  /** Gives the row where the rotation does not apply, else what the caller is told. */
  async function rotate(sid: string, plain: PlainUpdate<unknown>, notAfter: number): Promise<Found | Outcomes> {
    const values = [...rotationValues(plain), notAfter];
    const reply = await connection.run({ script: rotateSession, keys: [keyOf(sid)], values });
    const [now, row, rotated, isFirst] = reply as [number, string | null, string?, number?];
    clock.observe(now);
    if (rotated === undefined) return { now, row };
    const next = decodeRow(sid, rotated);
    if (isFirst) noteUse(next);
    return [{ status: 'fulfilled', value: plain.conclude(next, now) }];
  }

  /** Notes in what hour the session was last used. Where that is lost, its device's list shows an earlier one. */
  function noteUse(session: SessionRecord): void {
    const values = [placeField(session.sid), encodePlace(session)];
    connection.run({ script: changeField, keys: [subjectKeyOf(session)], values }).catch(() => {});
  }

  /** Gives the row there is now where it is no longer the one that was read. */
  async function write(
    { now, row }: Found,
    next: SessionRecord,
    revocations: readonly Revocation[],
  ): Promise<Found | undefined> {
    const call = writeCall(row, next, revocations, now + decisionPatience);
    const isLost = (reply: unknown) => (reply as unknown[])[2] === 0;
    const reply = await (revocations.length > 0 ? connection.runDurably(call, isLost) : connection.run(call));
    const [readAt, current] = reply as [number, string | null];
    return isLost(reply) ? { now: readAt, row: current } : undefined;
  }

  function writeCall(
    row: string | null,
    next: SessionRecord,
    revocations: readonly Revocation[],
    notAfter: number,
  ): Call {
    const feed = keys.feed(bucketOfSession(next.sid));
    const others = row === null ? [feed, subjectKeyOf(next)] : revocations.length > 0 ? [feed] : [];
    const entries = JSON.stringify(revocations.map(encodeEntry));
    const place = [placeField(next.sid), encodePlace(next)];
    return {
      script: writeSession,
      keys: [keyOf(next.sid), ...others],
      values: [row ?? '', notAfter, encodeRow(next), droppedAt(next), entries, keys.channel, ...place],
    };
  }

  /** Gives what the updates came to, or the row there is now where somebody else was faster. */
  async function attempt(
    updates: readonly SessionUpdate<unknown>[],
    sid: string,
    found: Found,
  ): Promise<Outcomes | Found> {
    const session = found.row === null ? undefined : decodeRow(sid, found.row);
    const { next, revocations, outcomes } = decideAll(updates, session, found.now);
    if (next === undefined) {
      // What says that a session has ended is not said before a replica knows it too.
      if (session && session.revokedAt !== null) await connection.secure(keyOf(sid));
      return outcomes;
    }
    const current = await write(found, next, revocations);
    if (current) return current;
    if (session && isOfAnotherHour(session, next)) noteUse(next);
    return outcomes;
  }

  return {
    find: async (sid) => {
      const row = await connection.send(keyOf(sid), ['GET', keyOf(sid)]);
      return typeof row === 'string' ? decodeRow(sid, row) : undefined;
    },
    update: async (sid, updates) => {
      const plain = updates.length === 1 ? updates[0]?.plain : undefined;
      const mayRotate = plain !== undefined && !plain.signal?.aborted;
      let found = await (mayRotate ? rotate(sid, plain, clock.now() + decisionPatience) : read(sid));
      return untilDone(async () => {
        if ('row' in found) found = await attempt(updates, sid, found);
        return 'row' in found ? undefined : { done: found };
      });
    },
  };
}

function decideAll(
  updates: readonly SessionUpdate<unknown>[],
  session: SessionRecord | undefined,
  now: number,
): Decided {
  let next: SessionRecord | undefined;
  const revocations: Revocation[] = [];
  const outcomes = updates.map((update): PromiseSettledResult<unknown> => {
    try {
      const { write, result } = update.decide(next ?? session, now);
      next = write?.next ?? next;
      if (write?.revocation) revocations.push(write.revocation);
      return { status: 'fulfilled', value: result };
    } catch (reason) {
      return { status: 'rejected', reason };
    }
  });
  return { next, revocations, outcomes };
}

function isOfAnotherHour(before: SessionRecord, next: SessionRecord): boolean {
  return next.changedAt !== null && hourOf(before.changedAt) !== hourOf(next.changedAt);
}

function hourOf(time: number | null): number | null {
  return time === null ? null : Math.floor(time / hour);
}

/** As `rotateSession` takes them. */
function rotationValues(plain: PlainUpdate<unknown>): (string | number)[] {
  const { generation, branch, clientId, keyThumbprint, deadline, retryWindow, inactivityTimeout } = plain;
  const presented = [generation, branch, clientId ?? '', keyThumbprint ?? '', deadline ?? ''];
  return [...presented, retryWindow, inactivityTimeout ?? '', plain.lastAddress, plain.lastAgent];
}
