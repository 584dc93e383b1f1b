/**
 * Replay memory in SQLite. Rows are written once and removed by the sweep.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { SingleUse } from '../store.ts';

/** The statement on `single_uses`. */
export interface SingleUseTable {
  /** Remembers a use; `false` where one of the same key is held. */
  add(use: SingleUse): boolean;
}

export function prepareSingleUses(db: DatabaseSync): SingleUseTable {
  const insert = db.prepare('INSERT OR IGNORE INTO single_uses (key, until) VALUES (?, ?)');
  return { add: ({ key, until }) => insert.run(key, until).changes === 1 };
}
