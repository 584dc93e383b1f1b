/**
 * Rows that have reached their end, removed in small batches. The sweep walks the sessions in order of their ids, so that
 * it needs no index on anything a rotation changes.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { revokedRowsKeptFor, type Sweep } from '../store.ts';

/** Takes one step of the sweep inside the open transaction. */
export type RemoveExpired = (now: number, limit: number) => Sweep;

/** How many rows a step looks at for each that it may remove. */
const looksPerRemoval = 20;

const isOver = `ifnull(
  min(ifnull(inactivity_ends_at, absolute_ends_at), ifnull(absolute_ends_at, inactivity_ends_at)),
  revoked_at + ${revokedRowsKeptFor}) <= :now`;

export function prepareRemoveExpired(db: DatabaseSync): RemoveExpired {
  const lookAhead = db.prepare('SELECT sid FROM sessions WHERE sid > ? ORDER BY sid LIMIT 1 OFFSET ?');
  const lastToRemove = db.prepare(
    `SELECT sid FROM sessions WHERE sid > :from AND sid <= :to AND ${isOver} ORDER BY sid LIMIT 1 OFFSET :limit - 1`,
  );
  // A device is as old as its last use, which only the session's row knows. SQLite takes the columns beside `max` from the
  // row that has it.
  const carryLastUse = db.prepare(
    `UPDATE devices SET last_used_at = ended.changed_at, last_address = ended.last_address
     FROM (SELECT subject, device_id, max(changed_at) AS changed_at, last_address FROM sessions
           WHERE sid > :from AND sid <= :to AND changed_at IS NOT NULL AND ${isOver}
           GROUP BY subject, device_id) AS ended
     WHERE devices.subject = ended.subject AND devices.id = ended.device_id AND devices.last_used_at < ended.changed_at`,
  );
  const removeSessions = db.prepare(`DELETE FROM sessions WHERE sid > :from AND sid <= :to AND ${isOver}`);
  // The newest entry stays whatever its age: it is the place where followers stand.
  const removeRevocations = db.prepare(
    `DELETE FROM revocations WHERE position IN (
       SELECT position FROM revocations
       WHERE held_until < :now AND position < (SELECT max(position) FROM revocations) ORDER BY position LIMIT :limit)`,
  );
  const forgetful = ['single_uses', 'attempts'].map((table) =>
    db.prepare(
      `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE until < :now ORDER BY until LIMIT :limit)`,
    ),
  );
  const removeKeys = db.prepare('DELETE FROM signing_keys WHERE published_until < :now');
  const lastSid = new Uint8Array(16).fill(255);
  let from = new Uint8Array(0);

  return (now, limit) => {
    const horizon = toSid(lookAhead.get(from, limit * looksPerRemoval)) ?? lastSid;
    const to = toSid(lastToRemove.get({ from, to: horizon, now, limit })) ?? horizon;
    carryLastUse.run({ from, to, now });
    const removals = [
      removeSessions.run({ from, to, now }),
      removeRevocations.run({ now, limit }),
      removeKeys.run({ now }),
    ];
    const forgotten = forgetful.map((forget) => Number(forget.run({ now, limit }).changes));
    const isThrough = to === lastSid;
    from = isThrough ? new Uint8Array(0) : new Uint8Array(to);
    return {
      removed: sum([...removals.map(({ changes }) => Number(changes)), ...forgotten]),
      // Far more proofs are used and sign-ins fail than sessions end, so these alone may need more than one step.
      done: isThrough && forgotten.every((count) => count < limit),
    };
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function toSid(row: Record<string, SQLOutputValue> | undefined): Uint8Array | undefined {
  return row?.sid instanceof Uint8Array ? row.sid : undefined;
}
