/**
 * The thread behind the writer: takes writes that are data, makes them in one transaction, and says what became of them once
 * they are on disk. While the disk works this thread waits, and no event loop does.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadWrite, Written } from './errand.ts';
import { inTransaction } from './in-transaction.ts';
import { isBusy } from './is-busy.ts';
import { prepareSessions } from './sessions.ts';
import { prepareSingleUses } from './single-uses.ts';
import type { ThreadAnswer } from './writer.ts';

// It waits for no other process: what waits here could not be called back when its sender hangs up.
const db = new DatabaseSync(workerData.path, { timeout: 0 });
db.exec('PRAGMA synchronous = FULL');
const sessions = prepareSessions(db);
const singleUses = prepareSingleUses(db);

function commit(writes: readonly ThreadWrite[]): ThreadAnswer {
  try {
    return inTransaction(db, () => {
      // Read when the file has been had, which may have taken a while.
      const now = Date.now();
      return { kind: 'written', written: writes.map((one) => write(one, now)), now };
    });
  } catch (error) {
    return { kind: isBusy(error) ? 'busy' : 'failed' };
  }
}

function write(one: ThreadWrite, now: number): Written {
  if ('rotation' in one) return { row: sessions.rotate(one.rotation, now) };
  return { areFirst: one.uses.map((use) => singleUses.add(use)) };
}

parentPort?.on('message', (text: string) => {
  if (text !== 'close') return parentPort?.postMessage(commit(JSON.parse(text)));
  db.close();
  parentPort?.close();
});
parentPort?.postMessage('ready');
