/**
 * Replay memory in PostgreSQL. Rows are written once and removed by the sweep.
 */
import type { SingleUse } from '../store.ts';
import { prepared, type Run } from './connection.ts';

/** The statement on `single_uses`. */
export interface SingleUseTable {
  /** Remembers uses, and says of each whether it is the first of its key. */
  add(run: Run, uses: readonly SingleUse[]): Promise<readonly boolean[]>;
}

export function prepareSingleUses(schema: string): SingleUseTable {
  // In order of the key, so that two servers with the same keys wait for each other in the same order.
  const insert = prepared(
    `INSERT INTO ${schema}.single_uses (key, until)
     SELECT DISTINCT ON (key) * FROM unnest($1::bytea[], $2::bigint[]) AS used (key, until) ORDER BY key
     ON CONFLICT DO NOTHING RETURNING key`,
  );
  return {
    add: async (run, uses) => {
      const keys = uses.map(({ key }) => Buffer.from(key));
      const { rows } = await run(
        insert(
          keys,
          uses.map(({ until }) => until),
        ),
      );
      const added = new Set(rows.map(({ key }) => (key as Buffer).toString('hex')));
      return keys.map((key) => added.delete(key.toString('hex')));
    },
  };
}
