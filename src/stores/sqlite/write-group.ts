/**
 * Group commit: acts that arrive while others wait share one transaction and so one disk flush. Nobody is answered before
 * the commit. A group in which something fails is rolled back and redone one by one, so that one bad act costs the others
 * a flush and not their answer. What is data is an errand for a thread of its own, so that its flush is not in the event loop's
 * way. Errands are sent whether or not earlier ones are back, at the end of each turn or once there are a few; acts have the file
 * for themselves, so the two never wait for each other's lock. Whoever waits for another process too long is refused.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { earlyBatch } from '../../threads/start-thread.ts';
import { StoreError } from '../store-error.ts';
import type { Errand } from './errand.ts';
import { type Database, inTransaction, largestGroup } from './in-transaction.ts';
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
  /** By `performance.now()`. */
  readonly giveUpAt: number;
}

export interface WriteGroupOptions {
  /** How long an act or errand waits for another process to let go of the database before it gives up, in milliseconds. */
  readonly patience?: number;
  /** Called in each transaction before anything is done there: throws where what is written would be lost. */
  readonly assertWritable?: () => void;
  /** Does errands elsewhere. Without it, every act is run here. */
  readonly writer?: Writer | undefined;
}

/**
 * So many groups of errands are with the thread at most. It finds the next when it is done with one; the others wait here,
 * where it is seen that a sender has hung up.
 */
const mostSent = 4;

/** Makes the one write group of a connection. Nothing else may open a transaction on `db`. */
export function createWriteGroup(
  db: Database,
  { patience = 5_000, assertWritable, writer }: WriteGroupOptions = {},
): WriteGroup {
  let acts: Entry[] = [];
  let errands: Entry[] = [];
  let planned: Promise<void> | undefined;
  let flushing: Promise<void> | undefined;
  const sent = new Set<Promise<void>>();
  const transact: Transact = (act) =>
    inTransaction(db, () => {
      assertWritable?.();
      return act();
    });

  /** Acts have the file, or are about to: errands wait. */
  const isForActs = () => flushing !== undefined || acts.length > 0;

  /** One turn of the event loop lets every request that has already arrived join. */
  function plan(): void {
    planned ??= new Promise(setImmediate).then(() => {
      planned = undefined;
      if (acts.length > 0) flushing ??= flushActs();
      else if (!flushing) sendErrands();
    });
  }

  async function flushActs(): Promise<void> {
    while (acts.length > 0) {
      sendErrands();
      await Promise.all(sent);
      const group = acts.slice(0, largestGroup);
      acts = acts.slice(largestGroup);
      await flush(transact, group, createBackOff());
    }
    flushing = undefined;
    sendErrands();
  }

  function sendErrands(): void {
    while (writer && errands.length > 0 && sent.size < mostSent) {
      const sending = send(writer, errands.slice(0, largestGroup));
      errands = errands.slice(largestGroup);
      sent.add(sending);
      void sending.then(() => {
        sent.delete(sending);
        if (!isForActs()) sendErrands();
      });
    }
  }

  async function send(to: Writer, group: readonly Entry[]): Promise<void> {
    const rest = await doErrands(to, group, createBackOff());
    if (rest.length === 0) return;
    acts.push(...rest);
    plan();
  }

  return {
    run: (act, errand) =>
      new Promise((resolve, reject) => {
        const giveUpAt = performance.now() + patience;
        (writer && errand ? errands : acts).push({ act, errand, resolve, reject, giveUpAt });
        if (errands.length >= earlyBatch && !isForActs()) sendErrands();
        else plan();
      }),
    settled: async () => {
      while (planned || flushing || sent.size > 0) await Promise.all([planned, flushing, ...sent]);
    },
  };
}

/** Gives the entries that are still to be run here: those whose errand did not apply, or could not be done. */
async function doErrands(writer: Writer, group: readonly Entry[], backOff: BackOff): Promise<readonly Entry[]> {
  if (!(await writer.start())) return group;
  for (let left = group; ; left = refuseLate(left)) {
    // A sender may hang up while this waits for another process.
    const wanted = left.filter(({ errand }) => errand?.signal?.aborted !== true);
    if (wanted.length === 0) return left;
    const concluded = await writer.write(wanted.flatMap(({ errand }) => errand ?? []));
    if (concluded !== 'busy') {
      const done = new Set(wanted.filter((entry, index) => settle(entry, concluded[index])));
      return left.filter((entry) => !done.has(entry));
    }
    await backOff();
  }
}

/** Gives those that may go on waiting. */
function refuseLate(group: readonly Entry[]): readonly Entry[] {
  const now = performance.now();
  const error = new StoreError('SQLite: another process keeps the file');
  for (const { giveUpAt, reject } of group) if (giveUpAt < now) reject(error);
  return group.filter(({ giveUpAt }) => giveUpAt >= now);
}

function settle({ resolve }: Entry, concluded: { readonly result: unknown } | undefined): boolean {
  if (concluded) resolve(concluded.result as never);
  return concluded !== undefined;
}

/** Does an act in a transaction of its own. */
type Transact = <Result>(act: () => Result) => Result;

async function flush(transact: Transact, group: readonly Entry[], backOff: BackOff): Promise<void> {
  if (group.length === 0) return;
  try {
    const results = transact(() => group.map(({ act }) => act()));
    group.forEach(({ resolve }, index) => {
      resolve(results[index] as never);
    });
  } catch (error) {
    if (isBusy(error)) {
      await backOff();
      return flush(transact, refuseLate(group), backOff);
    }
    if (group.length > 1) for (const entry of group) await flush(transact, [entry], backOff);
    else for (const { reject } of group) reject(toStoreError(error));
  }
}

/** Waits a moment for another process to let go of the file. */
type BackOff = () => Promise<void>;

/** Waiting must not hold the event loop. Two that stood in each other's way do not come back together. */
function createBackOff(): BackOff {
  let length = 1;
  return async () => {
    await wait(length * (0.5 + Math.random()));
    length = Math.min(length * 2, 25);
  };
}

/** An error of the engine becomes a `StoreError`; one thrown by an act stays what it is. */
export function toStoreError(error: unknown): unknown {
  const isEngine = error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
  return isEngine ? new StoreError(`SQLite: ${error.message}`, { cause: error }) : error;
}
