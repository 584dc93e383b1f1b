/**
 * The revocation feed in SQLite. There is one writer at a time, so the table's own counter follows commit order.
 */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Revocation, RevocationPage, StoredRevocation } from '../store.ts';

/** The statements on `revocations`. */
export interface RevocationTable {
  append(revocation: Revocation): void;
  read(cursor: string | undefined, now: number): RevocationPage;
  /** The position of the newest entry; 0 where there is none. */
  head(): number;
}

/** An entry as the statement gives it: ids as hexadecimal digits, none where there is none. */
type Row = readonly [
  position: number,
  id: string,
  sid: string,
  subject: string | null,
  before: number | null,
  exceptSid: string,
  heldUntil: number,
];

/**
 * One row of JSON for all entries: a verifier that was away asks for a hundred thousand, and rows that are made into objects
 * one by one take three times as long.
 */
const entriesFrom = `SELECT json_group_array(
    json_array(position, id, hex(sid), subject, before, hex(except_sid), held_until)
  ) AS rows FROM (SELECT * FROM revocations WHERE position >= ? ORDER BY position)`;

/** The cursor of a feed that has never said anything. */
const origin = '0-';

export function prepareRevocations(db: DatabaseSync): RevocationTable {
  const append = db.prepare(
    'INSERT INTO revocations (id, sid, subject, before, except_sid, held_until) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const from = db.prepare(entriesFrom);
  const rowsFrom = (position: number): readonly Row[] => JSON.parse(String(from.get(position)?.rows));
  const head = db.prepare('SELECT max(position) AS head FROM revocations');
  return {
    append: (revocation) => {
      append.run(randomBytes(9).toString('base64url'), ...toRow(revocation));
    },
    // One statement reads the cursor's own entry and all after it, so cursor and entries belong together.
    read: (cursor = origin, readAt) => {
      const position = Number.parseInt(cursor, 10) || 0;
      const rows = rowsFrom(position);
      const [first] = rows;
      const isHeld = cursor === (first === undefined ? origin : cursorOf(first));
      if (isHeld) return pageOf(rows.slice(1), { reset: false, cursor, readAt });
      return pageOf(position === 0 ? rows : rowsFrom(0), { reset: true, cursor: origin, readAt });
    },
    head: () => Number(head.get()?.head ?? 0),
  };
}

/** A page of `rows`; its cursor is that of the last one, or the one given where there is none. */
function pageOf(rows: readonly Row[], page: Omit<RevocationPage, 'entries'>): RevocationPage {
  const last = rows.at(-1);
  return { ...page, cursor: last === undefined ? page.cursor : cursorOf(last), entries: rows.map(toRevocation) };
}

function cursorOf([position, id]: Row): string {
  return `${position}-${id}`;
}

function toRow(revocation: Revocation): (string | number | null | Buffer)[] {
  if ('sid' in revocation) return [Buffer.from(revocation.sid, 'base64url'), null, null, null, revocation.heldUntil];
  const { subject, before, exceptSid, heldUntil } = revocation;
  return [null, subject, before, exceptSid === null ? null : Buffer.from(exceptSid, 'base64url'), heldUntil];
}

/** The schema is STRICT, so an entry without a session has a subject and a moment. */
function toRevocation([position, , sid, subject, before, exceptSid, heldUntil]: Row): StoredRevocation {
  if (sid !== '') return { position, sid: fromHex(sid), heldUntil };
  return {
    position,
    subject: String(subject),
    before: Number(before),
    exceptSid: exceptSid === '' ? null : fromHex(exceptSid),
    heldUntil,
  };
}

function fromHex(digits: string): string {
  return Buffer.from(digits, 'hex').toString('base64url');
}
