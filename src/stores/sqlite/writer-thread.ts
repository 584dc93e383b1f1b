/**
 * The thread behind the writer: takes writes that are data, makes them in one transaction, and says what became of them once
 * they are on disk. While the disk works this thread waits, and no event loop does; what has come meanwhile shares the next
 * transaction.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { prepareAttempts } from './attempts.ts';
import type { ThreadWrite, Written } from './errand.ts';
import { inTransaction, largestGroup } from './in-transaction.ts';
import { isBusy } from './is-busy.ts';
import { assertSameFiles } from './same-files.ts';
import { prepareSessions } from './sessions.ts';
import { prepareSingleUses } from './single-uses.ts';
import type { ThreadAnswer } from './writer.ts';

// It waits for no other process: what waits here could not be called back when its sender hangs up.
const db = new DatabaseSync(workerData.path, { timeout: 0 });
db.exec('PRAGMA synchronous = FULL');
const sessions = prepareSessions(db);
const singleUses = prepareSingleUses(db);
const attempts = prepareAttempts(db);

/** Answers for each of `groups`. */
function commit(groups: readonly (readonly ThreadWrite[])[]): ThreadAnswer[] {
  try {
    return inTransaction(db, () => {
      assertSameFiles(workerData.files);
      // Read when the file has been had, which may have taken a while.
      const now = Date.now();
      return groups.map((group) => ({ kind: 'written', written: group.map((one) => write(one, now)), now }));
    });
  } catch (error) {
    const kind = isBusy(error) ? 'busy' : 'failed';
    return groups.map(() => ({ kind }));
  }
}

function write(one: ThreadWrite, now: number): Written {
  if ('rotation' in one) return { row: sessions.rotate(one.rotation, now) };
  if ('uses' in one) return { areFirst: one.uses.map((use) => singleUses.add(use)) };
  if ('starts' in one) return { admissions: one.starts.map((start) => attempts.start(start, now)) };
  for (const end of one.ends) attempts.end(end, now);
  return { haveEnded: true };
}

function next(): string | undefined {
  return parentPort ? receiveMessageOnPort(parentPort)?.message : undefined;
}

parentPort?.on('message', (first: string) => {
  const groups: ThreadWrite[][] = [];
  let text: string | undefined = first;
  while (text !== undefined && text !== 'close') {
    groups.push(JSON.parse(text));
    text = groups.flat().length < largestGroup ? next() : undefined;
  }
  for (const answer of commit(groups)) parentPort?.postMessage(answer);
  if (text !== 'close') return;
  db.close();
  parentPort?.close();
});
parentPort?.postMessage('ready');
