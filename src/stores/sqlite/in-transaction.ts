/**
 * One write transaction: what is done in it is on disk when this returns, or has not happened.
 */
import type { DatabaseSync } from 'node:sqlite';

/** What it needs of a connection. */
export type Database = Pick<DatabaseSync, 'exec'>;

/** Bounds how long one transaction keeps others waiting: other processes, and where it is not on a thread the event loop. */
export const largestGroup = 512;

/** Runs `act` in a transaction of its own. What `act` throws, or the engine, is thrown on, with nothing written. */
export function inTransaction<Result>(db: Database, act: () => Result): Result {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = act();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

function rollBack(db: Database): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // SQLite has already rolled back by itself, as it does when the disk is full.
  }
}
