/**
 * The thread behind the rotator: takes rotations, writes them in one transaction, and says what became of them once they
 * are on disk. While the disk works this thread waits, and no event loop does.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { isBusy } from './is-busy.ts';
import type { ThreadMessage } from './rotator.ts';
import { prepareSessions, type SessionRotation } from './sessions.ts';

// It waits for no other process: what waits here could not be called back when its sender hangs up.
const db = new DatabaseSync(workerData.path, { timeout: 0 });
db.exec('PRAGMA synchronous = FULL');
const sessions = prepareSessions(db);

function write(rotations: readonly SessionRotation[]): ThreadMessage {
  try {
    db.exec('BEGIN IMMEDIATE');
    // Read when the file has been had, which may have taken a while.
    const now = Date.now();
    const rows = rotations.map((rotation) => sessions.rotate(rotation, now) ?? null);
    db.exec('COMMIT');
    return { kind: 'written', rows, now };
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    return { kind: isBusy(error) ? 'busy' : 'failed' };
  }
}

function say(message: ThreadMessage): void {
  parentPort?.postMessage(JSON.stringify(message));
}

parentPort?.on('message', (text: string) => {
  if (text !== 'close') return say(write(JSON.parse(text)));
  db.close();
  parentPort?.close();
});
say({ kind: 'ready' });
