/**
 * Rows that have reached their end, removed in small batches by whichever server has time. The sweep walks the sessions in
 * order of their ids, so that it needs no index on anything a rotation changes, and leaves what another transaction has.
 */
import { revokedRowsKeptFor, type Sweep } from '../store.ts';
import { clock } from './clock.ts';
import { prepared, type Run } from './connection.ts';

/** Takes one step of the sweep in the transaction that `run` belongs to. */
export type RemoveExpired = (run: Run, limit: number) => Promise<Sweep>;

/** How many rows a step looks at for each that it may remove. */
const looksPerRemoval = 20;

const firstSid = '0'.repeat(32);
const lastSid = 'f'.repeat(32);

export function prepareRemoveExpired(schema: string): RemoveExpired {
  const lookAhead = prepared(`SELECT sid FROM ${schema}.sessions WHERE sid > $1 ORDER BY sid LIMIT 1 OFFSET $2`);
  // A device is as old as its last use, which only the session's row knows.
  const removeSessions = prepared(
    `WITH clock AS MATERIALIZED (SELECT ${clock} AS now),
     over AS MATERIALIZED (
       SELECT s.sid, s.subject, s.device_id, s.changed_at, s.last_address FROM ${schema}.sessions AS s, clock
       WHERE s.sid > $1 AND s.sid <= $2
         AND coalesce(least(s.inactivity_ends_at, s.absolute_ends_at), s.revoked_at + ${revokedRowsKeptFor}) <= clock.now
       ORDER BY s.sid LIMIT $3 FOR UPDATE OF s SKIP LOCKED),
     latest AS (
       SELECT DISTINCT ON (subject, device_id) * FROM over WHERE changed_at IS NOT NULL
       ORDER BY subject, device_id, changed_at DESC),
     carried AS (
       UPDATE ${schema}.devices AS d SET last_used_at = latest.changed_at, last_address = latest.last_address
       FROM latest WHERE d.subject = latest.subject AND d.id = latest.device_id AND d.last_used_at < latest.changed_at)
     DELETE FROM ${schema}.sessions AS s USING over WHERE s.sid = over.sid RETURNING s.sid`,
  );
  // The newest entry stays whatever its age: it is the place where followers stand.
  const removeRevocations = prepared(
    `DELETE FROM ${schema}.revocations WHERE position IN (
       SELECT position FROM ${schema}.revocations
       WHERE held_until < ${clock} AND position < (SELECT max(position) FROM ${schema}.revocations)
       ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED)`,
  );
  const removeKeys = prepared(`DELETE FROM ${schema}.signing_keys WHERE published_until < ${clock}`);
  const removals = ['single_uses', 'attempts'].map((table) =>
    prepared(
      `DELETE FROM ${schema}.${table} WHERE key IN (
         SELECT key FROM ${schema}.${table} WHERE until < ${clock} ORDER BY until LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    ),
  );
  let from = firstSid;

  return async (run, limit) => {
    const found = (await run(lookAhead(from, limit * looksPerRemoval))).rows[0]?.sid;
    const horizon = found === undefined ? lastSid : String(found);
    const swept = (await run(removeSessions(from, horizon, limit))).rows.map(({ sid }) => String(sid));
    // A full batch says that there may be more in the same stretch.
    const to = swept.length < limit ? horizon : (swept.toSorted().at(-1) ?? horizon);
    const others = [removeRevocations(limit), ...removals.map((remove) => remove(limit)), removeKeys()];
    let removed = swept.length;
    let isFull = false;
    for (const statement of others) {
      const count = (await run(statement)).rowCount ?? 0;
      removed += count;
      isFull ||= count >= limit;
    }
    const isThrough = to === lastSid;
    from = isThrough ? firstSid : to;
    return { removed, done: isThrough && !isFull };
  };
}
