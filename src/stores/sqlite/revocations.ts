/**
 * The revocation feed in SQLite. There is one writer at a time, so the table's own counter follows commit order.
 */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Revocation, RevocationPage, StoredRevocation } from '../store.ts';
import { toBase64url } from './sessions.ts';

/** The statements on `revocations`. */
export interface RevocationTable {
  append(revocation: Revocation): void;
  read(cursor: string | undefined, now: number): RevocationPage;
  /** The position of the newest entry; 0 where there is none. */
  head(): number;
}

type Row = Record<string, SQLOutputValue>;

/** The cursor of a feed that has never said anything. */
const origin = '0-';

export function prepareRevocations(db: DatabaseSync): RevocationTable {
  const append = db.prepare(
    'INSERT INTO revocations (id, sid, subject, before, except_sid, held_until) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const from = db.prepare('SELECT * FROM revocations WHERE position >= ? ORDER BY position');
  const head = db.prepare('SELECT max(position) AS head FROM revocations');
  return {
    append: (revocation) => {
      append.run(randomBytes(9).toString('base64url'), ...toRow(revocation));
    },
    // One statement reads the cursor's own entry and all after it, so cursor and entries belong together.
    read: (cursor = origin, readAt) => {
      const position = Number.parseInt(cursor, 10) || 0;
      const rows = from.all(position);
      const [first] = rows;
      const isHeld = cursor === (first === undefined ? origin : cursorOf(first));
      if (isHeld) return pageOf(rows.slice(1), { reset: false, cursor, readAt });
      return pageOf(position === 0 ? rows : from.all(0), { reset: true, cursor: origin, readAt });
    },
    head: () => Number(head.get()?.head ?? 0),
  };
}

/** A page of `rows`; its cursor is that of the last one, or the one given where there is none. */
function pageOf(rows: readonly Row[], page: Omit<RevocationPage, 'entries'>): RevocationPage {
  const last = rows.at(-1);
  return { ...page, cursor: last === undefined ? page.cursor : cursorOf(last), entries: rows.map(toRevocation) };
}

function cursorOf({ position, id }: Row): string {
  return `${position}-${id}`;
}

function toRow(revocation: Revocation): (string | number | null | Buffer)[] {
  if ('sid' in revocation) return [Buffer.from(revocation.sid, 'base64url'), null, null, null, revocation.heldUntil];
  const { subject, before, exceptSid, heldUntil } = revocation;
  return [null, subject, before, exceptSid === null ? null : Buffer.from(exceptSid, 'base64url'), heldUntil];
}

/** The schema is STRICT, so the columns have the types that are asserted here. */
function toRevocation(row: Row): StoredRevocation {
  const position = row.position as number;
  const heldUntil = row.held_until as number;
  if (row.sid !== null) return { position, sid: toBase64url(row.sid), heldUntil };
  return {
    position,
    subject: row.subject as string,
    before: row.before as number,
    exceptSid: row.except_sid === null ? null : toBase64url(row.except_sid),
    heldUntil,
  };
}
