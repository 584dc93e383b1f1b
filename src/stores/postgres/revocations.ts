/**
 * The revocation feed in PostgreSQL. The next position comes from one row, which a revoking transaction keeps from its last
 * statement until its commit: so positions follow commit order, and whoever sees one sees all before it. A sequence would
 * give a position to a transaction that commits after a later one has been read, and be skipped.
 */
import { randomBytes } from 'node:crypto';
import type { Revocation, RevocationPage, StoredRevocation } from '../store.ts';
import { prepared, type Run } from './connection.ts';
import type { PostgresRow } from './driver.ts';
import { type Columns, fromUuid, toArrays, toUuid, unnest } from './rows.ts';

/** The statements on `feed` and `revocations`. */
export interface RevocationTable {
  /** Has to be the last statement of its transaction. Tells those who listen, on its commit. */
  append(run: Run, revocations: readonly Revocation[]): Promise<void>;
  read(run: Run, cursor: string | undefined): Promise<RevocationPage>;
}

/** The cursor of a feed that has never said anything. */
const origin = '0-';

const columns: Columns = {
  id: 'text',
  sid: 'uuid',
  subject: 'text',
  before: 'bigint',
  except_sid: 'uuid',
  held_until: 'bigint',
};
const names = Object.keys(columns).join(', ');

/** The channel on which a schema's transactions say that there is something new. */
export function channelOf(schema: string): string {
  return `${schema}_revocations`;
}

export function prepareRevocations(schema: string): RevocationTable {
  const count = Object.keys(columns).length + 1;
  const append = prepared(
    `WITH head AS (UPDATE ${schema}.feed SET position = position + $${count} RETURNING position - $${count} AS before_these)
     INSERT INTO ${schema}.revocations (position, ${names})
     SELECT head.before_these + entry.place, ${names.replaceAll(/\w+/g, (name) => `entry.${name}`)}
     FROM head, ${unnest(columns)} WITH ORDINALITY AS entry (${names}, place)
     RETURNING pg_notify('${channelOf(schema)}', '')`,
  );
  // One statement reads the cursor's own entry and all after it. Its clock is of before its snapshot, never of after.
  const from = prepared(
    `SELECT clock.now, r.position, ${names.replaceAll(/\w+/g, (name) => `r.${name}`)}
     FROM (SELECT floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint AS now) AS clock
     LEFT JOIN ${schema}.revocations AS r ON r.position >= $1 ORDER BY r.position`,
  );
  return {
    append: async (run, revocations) => {
      await run(append(...toArrays(columns, revocations.map(toRow)), revocations.length));
    },
    read: async (run, cursor = origin) => {
      const position = positionOf(cursor);
      const found = toFound(await run(from(position)));
      const [first] = found.entries;
      const isHeld = cursor === (first === undefined ? origin : cursorOf(first));
      if (isHeld) return pageOf(found.entries.slice(1), { reset: false, cursor, readAt: found.readAt });
      const all = position === 0 ? found : toFound(await run(from(0)));
      return pageOf(all.entries, { reset: true, cursor: origin, readAt: all.readAt });
    },
  };
}

function positionOf(cursor: string): number {
  return Number(/^\d{1,15}(?=-)/.exec(cursor)?.[0] ?? 0);
}

function toFound({ rows }: { readonly rows: readonly PostgresRow[] }): { entries: PostgresRow[]; readAt: number } {
  return { entries: rows.filter(({ position }) => position !== null), readAt: Number(rows[0]?.now) };
}

/** A page of `entries`; its cursor is that of the last one, or the one given where there is none. */
function pageOf(entries: readonly PostgresRow[], page: Omit<RevocationPage, 'entries'>): RevocationPage {
  const last = entries.at(-1);
  return { ...page, cursor: last === undefined ? page.cursor : cursorOf(last), entries: entries.map(toRevocation) };
}

function cursorOf({ position, id }: PostgresRow): string {
  return `${position}-${id}`;
}

function toRow(revocation: Revocation): unknown[] {
  const id = randomBytes(9).toString('base64url');
  if ('sid' in revocation) return [id, toUuid(revocation.sid), null, null, null, revocation.heldUntil];
  const { subject, before, exceptSid, heldUntil } = revocation;
  return [id, null, subject, before, exceptSid === null ? null : toUuid(exceptSid), heldUntil];
}

function toRevocation(row: PostgresRow): StoredRevocation {
  const position = Number(row.position);
  const heldUntil = Number(row.held_until);
  if (row.sid !== null) return { position, sid: fromUuid(row.sid), heldUntil };
  return {
    position,
    subject: String(row.subject),
    before: Number(row.before),
    exceptSid: row.except_sid === null ? null : fromUuid(row.except_sid),
    heldUntil,
  };
}
