/**
 * Group commit: acts that arrive while others wait share one transaction and so one disk flush. Nobody is answered before
 * the commit. A group in which something fails is rolled back and redone one by one, so that one bad act costs the others
 * a flush and not their answer. What is data is written by a thread of its own, so that its flush is not in the event loop's
 * way; groups come one after the other whoever writes them, so the two never wait for each other's lock.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { StoreError } from '../store-error.ts';
import type { Errand } from './errand.ts';
import { type Database, inTransaction } from './in-transaction.ts';
import { isBusy } from './is-busy.ts';
import type { Writer } from './writer.ts';

/** Runs acts inside write transactions. */
export interface WriteGroup {
  /**
   * Resolves with what `act` gave once its transaction is on disk. `act` may run more than once; where `errand` does the
   * same, it is not run at all.
   */
  run<Result>(act: () => Result, errand?: Errand<Result>): Promise<Result>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

interface Entry {
  readonly act: () => unknown;
  readonly errand: Errand<unknown> | undefined;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriteGroupOptions {
  /** How long an act waits for another process to let go of the database before it gives up, in milliseconds. */
  readonly patience?: number;
  /** Does errands elsewhere. Without it, every act is run here. */
  readonly writer?: Writer | undefined;
}

/** Bounds how long one transaction keeps the event loop and other processes waiting. */
const largestGroup = 512;

/** Makes the one write group of a connection. Nothing else may open a transaction on `db`. */
export function createWriteGroup(db: Database, { patience = 5_000, writer }: WriteGroupOptions = {}): WriteGroup {
  let waiting: Entry[] = [];
  let flushing: Promise<void> | undefined;

  async function flushAll(): Promise<void> {
    // One turn of the event loop lets every request that has already arrived join the group.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const group = waiting.slice(0, largestGroup);
      waiting = waiting.slice(largestGroup);
      const pause = createPause(patience);
      const acts = writer ? await doErrands(writer, group, pause) : group;
      if (acts.length > 0) await flush(db, acts, pause);
    }
    flushing = undefined;
  }

  return {
    run: (act, errand) =>
      new Promise((resolve, reject) => {
        waiting.push({ act, errand, resolve, reject });
        flushing ??= flushAll();
      }),
    settled: async () => flushing,
  };
}

/** Gives the entries that are still to be run: those without an errand, and those whose errand did not apply. */
async function doErrands(writer: Writer, group: readonly Entry[], pause: Pause): Promise<readonly Entry[]> {
  if (!group.some(({ errand }) => errand) || !(await writer.start())) return group;
  for (;;) {
    // A sender may hang up while this waits for another process.
    const wanted = group.filter(({ errand }) => errand !== undefined && errand.signal?.aborted !== true);
    if (wanted.length === 0) return group;
    const concluded = await writer.write(wanted.flatMap(({ errand }) => errand ?? []));
    if (concluded !== 'busy') {
      const done = new Set(wanted.filter((entry, index) => settle(entry, concluded[index])));
      return group.filter((entry) => !done.has(entry));
    }
    if (!(await pause())) return group;
  }
}

function settle({ resolve }: Entry, concluded: { readonly result: unknown } | undefined): boolean {
  if (concluded) resolve(concluded.result as never);
  return concluded !== undefined;
}

async function flush(db: Database, group: readonly Entry[], pause: Pause): Promise<void> {
  try {
    const results = await commitWhenFree(db, group, pause);
    group.forEach(({ resolve }, index) => {
      resolve(results[index] as never);
    });
  } catch (error) {
    if (group.length > 1 && !isBusy(error)) for (const entry of group) await flush(db, [entry], pause);
    else for (const { reject } of group) reject(toStoreError(error));
  }
}

async function commitWhenFree(db: Database, group: readonly Entry[], pause: Pause): Promise<unknown[]> {
  for (;;) {
    try {
      return inTransaction(db, () => group.map(({ act }) => act()));
    } catch (error) {
      if (!isBusy(error) || !(await pause())) throw error;
    }
  }
}

/** Waits a moment for another process to let go of the file; `false` when the patience is at its end. */
type Pause = () => Promise<boolean>;

/** Waiting must not hold the event loop. Two that stood in each other's way do not come back together. */
function createPause(patience: number): Pause {
  const giveUpAt = performance.now() + patience;
  let length = 1;
  return async () => {
    if (performance.now() > giveUpAt) return false;
    await wait(length * (0.5 + Math.random()));
    length = Math.min(length * 2, 25);
    return true;
  };
}

/** An error of the engine becomes a `StoreError`; one thrown by an act stays what it is. */
export function toStoreError(error: unknown): unknown {
  const isEngine = error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
  return isEngine ? new StoreError(`SQLite: ${error.message}`, { cause: error }) : error;
}
