/**
 * The revocation feed in SQLite. There is one writer at a time, so the table's own counter follows commit order.
 */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Revocation, RevocationCursor, RevocationPage, StoredRevocation } from '../store.ts';
import { toBase64url } from './sessions.ts';

/** The statements on `revocations`. */
export interface RevocationTable {
  append(revocation: Revocation): void;
  read(cursor: RevocationCursor | undefined, now: number): RevocationPage;
}

const origin: RevocationCursor = { position: 0, id: '' };

export function prepareRevocations(db: DatabaseSync): RevocationTable {
  const append = db.prepare(
    'INSERT INTO revocations (id, sid, subject, before, except_sid, held_until) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const from = db.prepare('SELECT * FROM revocations WHERE position >= ? ORDER BY position');
  const readFrom = (position: number) => from.all(position).map(toRevocation);
  return {
    append: (revocation) => {
      append.run(randomBytes(9).toString('base64url'), ...toRow(revocation));
    },
    // One statement reads the cursor's own entry and all after it, so head and entries belong together.
    read: (cursor = origin, readAt) => {
      const rows = readFrom(cursor.position);
      const [first] = rows;
      const head = rows.at(-1) ?? origin;
      const isHeld = first === undefined ? isSame(cursor, origin) : isSame(cursor, first);
      if (isHeld) return { reset: false, head, entries: rows.slice(1), readAt };
      const all = cursor.position === 0 ? rows : readFrom(0);
      return { reset: true, head: all.at(-1) ?? origin, entries: all, readAt };
    },
  };
}

function isSame(cursor: RevocationCursor, entry: RevocationCursor): boolean {
  return cursor.position === entry.position && cursor.id === entry.id;
}

function toRow(revocation: Revocation): (string | number | null | Buffer)[] {
  if ('sid' in revocation) return [Buffer.from(revocation.sid, 'base64url'), null, null, null, revocation.heldUntil];
  const { subject, before, exceptSid, heldUntil } = revocation;
  return [null, subject, before, exceptSid === null ? null : Buffer.from(exceptSid, 'base64url'), heldUntil];
}

/** The schema is STRICT, so the columns have the types that are asserted here. */
function toRevocation(row: Record<string, SQLOutputValue>): StoredRevocation {
  const cursor = { position: row.position as number, id: row.id as string };
  const heldUntil = row.held_until as number;
  if (row.sid !== null) return { ...cursor, sid: toBase64url(row.sid), heldUntil };
  return {
    ...cursor,
    subject: row.subject as string,
    before: row.before as number,
    exceptSid: row.except_sid === null ? null : toBase64url(row.except_sid),
    heldUntil,
  };
}
