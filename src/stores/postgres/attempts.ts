/**
 * Attempts that are counted, in PostgreSQL: one row a key. A step is one statement for any number of keys, in order of the
 * key, so that two servers that want the same keys wait for each other in the same order. A row goes when it says nothing any more, or
 * with the sweep.
 */
import type { AttemptAdmission, AttemptEnd, AttemptStart } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { clock } from './clock.ts';
import { prepared, type Run } from './connection.ts';
import type { PostgresRow } from './driver.ts';

/** The statements on `attempts`. */
export interface AttemptTable {
  start(run: Run, starts: readonly AttemptStart[]): Promise<readonly AttemptAdmission[]>;
  /** Gives nothing for each. */
  end(run: Run, ends: readonly AttemptEnd[]): Promise<readonly undefined[]>;
}

/** Of the row that is there, what is not over. */
const current = `LATERAL (
    SELECT CASE WHEN held.failures_until > clock.now THEN held.failures ELSE 0 END AS failures,
      coalesce(jsonb_object_agg(id, ends_at), '{}') AS under_way, count(*)::int AS many
    FROM jsonb_each(held.under_way) AS attempt (id, ends_at) WHERE ends_at::bigint > clock.now) AS current`;

/** As many of the attempts that begin as there is room for. */
const admitted = (room: string) =>
  `(SELECT coalesce(jsonb_object_agg(id, clock.now + step.held_for), '{}') FROM unnest(step.ids[1:${room}]) AS id)`;

const startStatement = (schema: string) => `WITH clock AS MATERIALIZED (SELECT ${clock} AS now),
   step AS MATERIALIZED (
     SELECT key, array_agg(id) AS ids, min(most) AS most, max(held_for) AS held_for
     FROM unnest($1::bytea[], $2::text[], $3::int[], $4::bigint[]) AS start (key, id, most, held_for) GROUP BY key)
   INSERT INTO ${schema}.attempts AS held (key, failures, failures_until, under_way, until)
   SELECT key, 0, 0, ${admitted('most')}, clock.now + held_for FROM step, clock ORDER BY key
   ON CONFLICT (key) DO UPDATE SET (failures, under_way, until) = (
     SELECT current.failures, current.under_way || ${admitted('(step.most - current.failures - current.many)')},
       greatest(held.until, clock.now + step.held_for)
     FROM step, clock, ${current} WHERE step.key = held.key)
   RETURNING key, failures, under_way::text AS under_way, failures_until - (SELECT now FROM clock) AS retry_after`;

/** A row that would say nothing goes instead of being written. */
const endStatement = (schema: string) => `WITH clock AS MATERIALIZED (SELECT ${clock} AS now),
   step AS MATERIALIZED (
     SELECT key, array_agg(id) AS ids, count(*) FILTER (WHERE outcome = 'failed')::int AS failures,
       bool_or(outcome = 'passed') AS forgets, max(counted_for) AS counted_for
     FROM unnest($1::bytea[], $2::text[], $3::text[], $4::bigint[]) AS ended (key, id, outcome, counted_for)
     GROUP BY key),
   locked AS MATERIALIZED (
     SELECT key FROM ${schema}.attempts JOIN step USING (key) ORDER BY key FOR UPDATE OF attempts),
   emptied AS (
     DELETE FROM ${schema}.attempts AS held USING step, locked
     WHERE held.key = step.key AND held.key = locked.key AND step.failures = 0
       AND (step.forgets OR held.failures = 0) AND held.under_way - step.ids = '{}'
     RETURNING held.key)
   INSERT INTO ${schema}.attempts AS held (key, failures, failures_until, under_way, until)
   SELECT key, failures, clock.now + counted_for, '{}', clock.now + counted_for FROM step, clock
   WHERE key NOT IN (SELECT key FROM emptied) AND (failures > 0 OR key IN (SELECT key FROM locked)) ORDER BY key
   ON CONFLICT (key) DO UPDATE SET (failures, failures_until, under_way, until) = (
     SELECT kept.failures + step.failures,
       CASE kept.failures WHEN 0 THEN clock.now + step.counted_for ELSE held.failures_until END,
       current.under_way - step.ids, greatest(held.until, clock.now + step.counted_for)
     FROM step, clock, ${current},
       LATERAL (SELECT CASE WHEN step.forgets THEN 0 ELSE current.failures END AS failures) AS kept
     WHERE step.key = held.key)`;

export function prepareAttempts(schema: string): AttemptTable {
  const start = prepared(startStatement(schema));
  const end = prepared(endStatement(schema));
  return {
    start: async (run, starts) => {
      const { rows } = await run(
        start(keysOf(starts), values(starts, 'id'), values(starts, 'limit'), values(starts, 'heldFor')),
      );
      const byKey = new Map(rows.map((row) => [(row.key as Buffer).toString(), row]));
      return starts.map((each) => toAdmission(each, byKey.get(each.key)));
    },
    end: async (run, ends) => {
      await run(end(keysOf(ends), values(ends, 'id'), values(ends, 'outcome'), values(ends, 'countedFor')));
      return ends.map(() => undefined);
    },
  };
}

function toAdmission({ id, limit }: AttemptStart, row: PostgresRow | undefined): AttemptAdmission {
  if (row === undefined) throw new StoreError('PostgreSQL: an attempt was not answered');
  // As text, since how an application has its driver parse JSON is its own affair.
  if (Object.hasOwn(JSON.parse(String(row.under_way)), id)) return { kind: 'admitted' };
  if (Number(row.failures) < limit) return { kind: 'crowded' };
  return { kind: 'refused', retryAfter: Number(row.retry_after) };
}

function keysOf(steps: readonly { readonly key: string }[]): Buffer[] {
  return steps.map(({ key }) => Buffer.from(key));
}

function values<Step, Name extends keyof Step>(steps: readonly Step[], name: Name): Step[Name][] {
  return steps.map((step) => step[name]);
}
