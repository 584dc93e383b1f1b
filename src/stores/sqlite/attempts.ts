/**
 * Attempts that are counted, in SQLite: one row a key, which goes with the last thing that it says. There is one writer at a
 * time, so that a row is as it was read when it is written.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type AttemptCount, countEnd, endAttempt, startAttempt } from '../attempt-count.ts';
import type { AttemptAdmission, AttemptEnd, AttemptStart } from '../store.ts';

/** The statements on `attempts`. They take part in whatever transaction is open. */
export interface AttemptTable {
  start(start: AttemptStart, now: number): AttemptAdmission;
  end(end: AttemptEnd, now: number): void;
}

export function prepareAttempts(db: DatabaseSync): AttemptTable {
  const get = db.prepare('SELECT count FROM attempts WHERE key = ?');
  const put = db.prepare('INSERT OR REPLACE INTO attempts (key, count, until) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM attempts WHERE key = ?');
  const read = (key: string): AttemptCount | undefined => {
    const row = get.get(key);
    return row && JSON.parse(String(row.count));
  };
  const write = (key: string, count: AttemptCount) => {
    const until = countEnd(count);
    if (until === 0) remove.run(key);
    else put.run(key, JSON.stringify(count), until);
  };
  return {
    start: (start, now) => {
      const { admission, next } = startAttempt(read(start.key), start, now);
      if (next) write(start.key, next);
      return admission;
    },
    end: (end, now) => write(end.key, endAttempt(read(end.key), end, now)),
  };
}
