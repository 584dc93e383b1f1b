/**
 * Group commit: acts that arrive while others wait share one transaction and so one disk flush. Nobody is answered before
 * the commit. A group in which something fails is rolled back and redone one by one, so that one bad act costs the others
 * a flush and not their answer.
 */

import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { StoreError } from '../store-error.ts';

/** Runs acts inside write transactions. */
export interface WriteGroup {
  /** Resolves with what `act` gave once its transaction is on disk. `act` may run more than once. */
  run<Result>(act: () => Result): Promise<Result>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/** What it needs of a connection. */
type Database = Pick<DatabaseSync, 'exec'>;

interface Entry {
  readonly act: () => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriteGroupOptions {
  /** How long an act waits for another process to let go of the database before it gives up, in milliseconds. */
  readonly patience?: number;
}

const busyErrorCode = 5;
/** Bounds how long one transaction keeps the event loop and other processes waiting. */
const largestGroup = 512;

/** Makes the one write group of a connection. Nothing else may open a transaction on `db`. */
export function createWriteGroup(db: Database, { patience = 5_000 }: WriteGroupOptions = {}): WriteGroup {
  let waiting: Entry[] = [];
  let flushing: Promise<void> | undefined;

  async function flushAll(): Promise<void> {
    // One turn of the event loop lets every request that has already arrived join the group.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const group = waiting.slice(0, largestGroup);
      waiting = waiting.slice(largestGroup);
      await flush(db, group, patience);
    }
    flushing = undefined;
  }

  return {
    run: (act) =>
      new Promise((resolve, reject) => {
        waiting.push({ act, resolve, reject });
        flushing ??= flushAll();
      }),
    settled: async () => flushing,
  };
}

async function flush(db: Database, group: readonly Entry[], patience: number): Promise<void> {
  try {
    const results = await commitWhenFree(db, group, patience);
    group.forEach(({ resolve }, index) => {
      resolve(results[index] as never);
    });
  } catch (error) {
    if (group.length > 1 && !isBusy(error)) for (const entry of group) await flush(db, [entry], patience);
    else for (const { reject } of group) reject(toStoreError(error));
  }
}

/** Another process may hold the write lock; waiting for it must not hold the event loop. */
async function commitWhenFree(db: Database, group: readonly Entry[], patience: number): Promise<unknown[]> {
  const giveUpAt = performance.now() + patience;
  for (let pause = 1; ; pause = Math.min(pause * 2, 25)) {
    try {
      return commit(db, group);
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
      await wait(pause * (0.5 + Math.random()));
    }
  }
}

function commit(db: Database, group: readonly Entry[]): unknown[] {
  db.exec('BEGIN IMMEDIATE');
  try {
    const results = group.map(({ act }) => act());
    db.exec('COMMIT');
    return results;
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

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busyErrorCode;
}

/** An error of the engine becomes a `StoreError`; one thrown by an act stays what it is. */
export function toStoreError(error: unknown): unknown {
  const isEngine = error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
  return isEngine ? new StoreError(`SQLite: ${error.message}`, { cause: error }) : error;
}
