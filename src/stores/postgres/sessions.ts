/**
 * Session rows in PostgreSQL.
 */
import type { SessionRecord } from '../../session/session-record.ts';
import type { SessionRotation } from '../session-rotation.ts';
import { clock } from './clock.ts';
import { prepared, type Run } from './connection.ts';
import type { PostgresRow } from './driver.ts';
import {
  type Columns,
  columnNames,
  fromUuid,
  toArrays,
  toNumberOrNull,
  toTextOrNull,
  toUuid,
  unnest,
  upsert,
} from './rows.ts';

/** Rows, by id, and the engine's clock when they were read or written. */
export interface FoundSessions {
  readonly rows: ReadonlyMap<string, SessionRecord>;
  readonly now: number | undefined;
}

/** The statements on `sessions`. */
export interface SessionTable {
  /** Writes each rotation that applies, unless another transaction has that row; gives the rows as they are now. */
  rotate(run: Run, rotations: readonly SessionRotation[], notAfter: number): Promise<FoundSessions>;
  find(run: Run, sids: readonly string[]): Promise<FoundSessions>;
  /** Reads a row and keeps it until the transaction ends. */
  lock(run: Run, sid: string): Promise<FoundSessions>;
  ofSubject(run: Run, subject: string, shardTag: Uint8Array): Promise<SessionRecord[]>;
  lockOfSubject(run: Run, subject: string, shardTag: Uint8Array): Promise<SessionRecord[]>;
  /** Adds a row; rejects where another server has just done so. */
  insert(run: Run, session: SessionRecord): Promise<void>;
  put(run: Run, sessions: readonly SessionRecord[]): Promise<void>;
}

/** In order of width, so that the engine pads nothing. */
const columns: Columns = {
  sid: 'uuid',
  authenticated_at: 'bigint',
  changed_at: 'bigint',
  ahead_until: 'bigint',
  inactivity_ends_at: 'bigint',
  absolute_ends_at: 'bigint',
  revoked_at: 'bigint',
  generation: 'bigint',
  branch: 'bigint',
  parent_branch: 'bigint',
  grandparent_branch: 'bigint',
  remember: 'boolean',
  subject: 'text',
  device_id: 'text',
  client_id: 'text',
  scope: 'text',
  acr: 'text',
  amr: 'text',
  key_thumbprint: 'text',
  last_address: 'text',
  last_agent: 'text',
};

const rotationColumns: Columns = {
  sid: 'uuid',
  generation: 'bigint',
  branch: 'bigint',
  client_id: 'text',
  key_thumbprint: 'text',
  deadline: 'bigint',
  retry_window: 'bigint',
  inactivity_timeout: 'bigint',
  last_address: 'text',
  last_agent: 'text',
};

const presented = `presented (${columnNames(rotationColumns)})`;

/** `plainRotation`'s conditions. A row that another transaction has is left to the slow way, so nobody waits here. */
const mayRotate = `s.generation = p.generation AND s.branch >= p.branch
  AND s.revoked_at IS NULL
  AND (s.inactivity_ends_at > clock.now) IS NOT FALSE AND (s.absolute_ends_at > clock.now) IS NOT FALSE
  AND (abs(clock.now - s.changed_at) >= p.retry_window) IS NOT FALSE
  AND (s.key_thumbprint = p.key_thumbprint OR s.key_thumbprint IS NULL)
  AND (s.client_id = p.client_id) IS NOT FALSE
  AND (p.deadline >= clock.now) IS NOT FALSE`;

export function prepareSessions(schema: string): SessionTable {
  const table = `${schema}.sessions`;
  const all = columnNames(columns);
  const afterRotations = Object.keys(rotationColumns).length + 1;
  const rotate = prepared(
    `WITH ${presented} AS MATERIALIZED (SELECT * FROM ${unnest(rotationColumns)}),
     clock AS MATERIALIZED (SELECT ${clock} AS now),
     mine AS MATERIALIZED (
       SELECT p.*, clock.now FROM clock, presented p, LATERAL (
         SELECT FROM ${table} s WHERE s.sid = p.sid AND clock.now <= $${afterRotations}::bigint AND ${mayRotate}
         FOR NO KEY UPDATE SKIP LOCKED) AS locked)
     UPDATE ${table} AS s SET
       generation = s.generation + 1, branch = 0, parent_branch = mine.branch, grandparent_branch = s.parent_branch,
       changed_at = mine.now, inactivity_ends_at = (mine.now + mine.inactivity_timeout) / 1000 * 1000,
       last_address = mine.last_address, last_agent = mine.last_agent
     FROM mine WHERE s.sid = mine.sid
     RETURNING mine.now, ${prefixed('s', all)}`,
  );
  const find = prepared(
    `SELECT clock.now, ${prefixed('s', all)} FROM (SELECT ${clock} AS now) AS clock
     LEFT JOIN ${table} AS s ON s.sid = ANY ($1::uuid[])`,
  );
  // The clock is read when the row has been had, which may have taken a while.
  const lock = prepared(
    `WITH locked AS MATERIALIZED (SELECT ${all} FROM ${table} WHERE sid = $1 FOR NO KEY UPDATE)
     SELECT ${clock} AS now, locked.* FROM (SELECT) AS one LEFT JOIN locked ON true`,
  );
  const ofSubject = `SELECT ${all} FROM ${table} WHERE sid BETWEEN $1 AND $2 AND subject = $3 ORDER BY sid`;
  const read = prepared(ofSubject);
  const readAndLock = prepared(`${ofSubject} FOR NO KEY UPDATE`);
  const insert = prepared(`INSERT INTO ${table} (${all}) SELECT * FROM ${unnest(columns)}`);
  const put = prepared(upsert(table, columns, 'sid'));
  return {
    rotate: async (run, rotations, notAfter) =>
      toFound(await run(rotate(...toArrays(rotationColumns, rotations.map(toRotationRow)), notAfter))),
    find: async (run, sids) => toFound(await run(find(sids.map(toUuid)))),
    lock: async (run, sid) => toFound(await run(lock(toUuid(sid)))),
    ofSubject: async (run, subject, shardTag) => (await run(read(...rangeOf(shardTag), subject))).rows.map(toSession),
    lockOfSubject: async (run, subject, shardTag) =>
      (await run(readAndLock(...rangeOf(shardTag), subject))).rows.map(toSession),
    insert: async (run, session) => {
      await run(insert(...toArrays(columns, [toRow(session)])));
    },
    put: async (run, sessions) => {
      await run(put(...toArrays(columns, sessions.map(toRow))));
    },
  };
}

function prefixed(alias: string, names: string): string {
  return names.replaceAll(/\w+/g, (name) => `${alias}.${name}`);
}

/** One user's rows lie together, since their ids begin with the same tag. */
function rangeOf(shardTag: Uint8Array): [string, string] {
  const tag = Buffer.from(shardTag).toString('hex');
  return [tag.padEnd(32, '0'), tag.padEnd(32, 'f')];
}

function toRotationRow(rotation: SessionRotation): unknown[] {
  return [
    toUuid(rotation.sid),
    rotation.generation,
    rotation.branch,
    rotation.clientId,
    rotation.keyThumbprint,
    rotation.deadline,
    rotation.retryWindow,
    rotation.inactivityTimeout,
    rotation.lastAddress,
    rotation.lastAgent,
  ];
}

function toRow(session: SessionRecord): unknown[] {
  return [
    toUuid(session.sid),
    session.authenticatedAt,
    session.changedAt,
    session.aheadUntil,
    session.inactivityEndsAt,
    session.absoluteEndsAt,
    session.revokedAt,
    session.generation,
    session.branch,
    session.parentBranch,
    session.grandparentBranch,
    session.remember,
    session.subject,
    session.deviceId,
    session.clientId,
    session.scope,
    session.acr,
    session.amr,
    session.keyThumbprint,
    session.lastAddress,
    session.lastAgent,
  ];
}

function toFound({ rows }: { readonly rows: readonly PostgresRow[] }): FoundSessions {
  const [first] = rows;
  const found = rows.filter(({ sid }) => sid !== null).map(toSession);
  return { rows: new Map(found.map((session) => [session.sid, session])), now: first && Number(first.now) };
}

function toSession(row: PostgresRow): SessionRecord {
  return {
    sid: fromUuid(row.sid),
    subject: String(row.subject),
    deviceId: String(row.device_id),
    clientId: String(row.client_id),
    scope: String(row.scope),
    authenticatedAt: Number(row.authenticated_at),
    acr: toTextOrNull(row.acr),
    amr: String(row.amr),
    keyThumbprint: toTextOrNull(row.key_thumbprint),
    generation: Number(row.generation),
    branch: Number(row.branch),
    parentBranch: toNumberOrNull(row.parent_branch),
    grandparentBranch: toNumberOrNull(row.grandparent_branch),
    changedAt: toNumberOrNull(row.changed_at),
    aheadUntil: toNumberOrNull(row.ahead_until),
    remember: row.remember === true,
    inactivityEndsAt: toNumberOrNull(row.inactivity_ends_at),
    absoluteEndsAt: toNumberOrNull(row.absolute_ends_at),
    revokedAt: toNumberOrNull(row.revoked_at),
    lastAddress: String(row.last_address),
    lastAgent: String(row.last_agent),
  };
}
