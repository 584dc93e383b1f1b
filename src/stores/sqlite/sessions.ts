/**
 * Session rows in SQLite.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { SessionRecord } from '../../session/session-record.ts';
import type { SessionRotation } from '../session-rotation.ts';

/** The statements on `sessions`. They take part in whatever transaction is open. */
export interface SessionTable {
  get(sid: string): SessionRecord | undefined;
  /** Every row of one user. */
  ofSubject(subject: string, shardTag: Uint8Array): SessionRecord[];
  put(session: SessionRecord): void;
  /** Writes a rotation where it applies to the row, and gives the row as it is then, for `readRotated`. */
  rotate(rotation: SessionRotation, now: number): string | undefined;
}

const columns = [
  'sid',
  'subject',
  'device_id',
  'client_id',
  'scope',
  'authenticated_at',
  'acr',
  'amr',
  'key_thumbprint',
  'generation',
  'branch',
  'parent_branch',
  'grandparent_branch',
  'changed_at',
  'ahead_until',
  'remember',
  'inactivity_ends_at',
  'absolute_ends_at',
  'revoked_at',
  'last_address',
  'last_agent',
];

const allColumns = columns.join(', ');

/**
 * `plainRotation`'s conditions and its next row. A number is bound as a floating-point one, and the division is of integers.
 * The row comes back as one text, which the engine writes in half the time that its columns take one by one.
 */
const rotation = `UPDATE sessions SET
    generation = generation + 1, branch = 0, parent_branch = :branch, grandparent_branch = parent_branch,
    changed_at = :now, last_address = :lastAddress, last_agent = :lastAgent,
    inactivity_ends_at = CAST(:now + :inactivityTimeout AS INTEGER) / 1000 * 1000
  WHERE sid = :sid AND generation = :generation AND branch >= :branch AND revoked_at IS NULL
    AND (inactivity_ends_at > :now) IS NOT FALSE AND (absolute_ends_at > :now) IS NOT FALSE
    AND (abs(:now - changed_at) >= :retryWindow) IS NOT FALSE
    AND (key_thumbprint = :keyThumbprint OR key_thumbprint IS NULL)
    AND (client_id = :clientId) IS NOT FALSE AND (:deadline >= :now) IS NOT FALSE
  RETURNING json_array(${columns.slice(1).join(', ')}) AS row`;

/** What stands in `rotation`. Bound by their numbers, since looking each up by its name costs as much as the update. */
const parameters = [
  'sid',
  'generation',
  'branch',
  'clientId',
  'keyThumbprint',
  'deadline',
  'retryWindow',
  'inactivityTimeout',
  'lastAddress',
  'lastAgent',
] as const satisfies readonly (keyof SessionRotation)[];

export function prepareSessions(db: DatabaseSync): SessionTable {
  const get = db.prepare(`SELECT ${allColumns} FROM sessions WHERE sid = ?`);
  const range = db.prepare(`SELECT ${allColumns} FROM sessions WHERE sid BETWEEN ? AND ? AND subject = ?`);
  const put = db.prepare(
    `INSERT OR REPLACE INTO sessions (${allColumns}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const rotate = db.prepare(numbered(rotation, ['now', ...parameters]));
  return {
    get: (sid) => {
      const row = get.get(Buffer.from(sid, 'base64url'));
      return row && toSession(Object.values(row));
    },
    ofSubject: (subject, shardTag) =>
      range.all(firstSid(shardTag), lastSid(shardTag), subject).map((row) => toSession(Object.values(row))),
    put: (session) => {
      put.run(...toRow(session));
    },
    rotate: (of, now) => {
      const [, ...values] = parameters.map((name) => of[name]);
      return rotate.get(now, Buffer.from(of.sid, 'base64url'), ...values)?.row as string | undefined;
    },
  };
}

/** The session `sid` as `rotate` gave it. */
export function readRotated(sid: string, text: string): SessionRecord {
  return toSession([sid, ...JSON.parse(text)]);
}

/** A statement whose parameters have numbers instead of names. */
function numbered(statement: string, names: readonly string[]): string {
  return statement.replaceAll(/:([a-z]\w*)/gi, (_, name) => `?${names.indexOf(name) + 1}`);
}

function firstSid(shardTag: Uint8Array): Buffer {
  return Buffer.concat([shardTag, Buffer.alloc(12, 0)]);
}

function lastSid(shardTag: Uint8Array): Buffer {
  return Buffer.concat([shardTag, Buffer.alloc(12, 255)]);
}

function toRow(session: SessionRecord): (string | number | null | Buffer)[] {
  return [
    Buffer.from(session.sid, 'base64url'),
    session.subject,
    session.deviceId,
    session.clientId,
    session.scope,
    session.authenticatedAt,
    session.acr,
    session.amr,
    session.keyThumbprint,
    session.generation,
    session.branch,
    session.parentBranch,
    session.grandparentBranch,
    session.changedAt,
    session.aheadUntil,
    Number(session.remember),
    session.inactivityEndsAt,
    session.absoluteEndsAt,
    session.revokedAt,
    session.lastAddress,
    session.lastAgent,
  ];
}

/** From the values of `columns`. The schema is STRICT, so they have the types that are asserted here. */
function toSession([sid, ...values]: readonly SQLOutputValue[]): SessionRecord {
  const [subject, deviceId, clientId, scope, authenticatedAt, acr, amr, keyThumbprint, ...rest] = values;
  const [generation, branch, parentBranch, grandparentBranch, changedAt, aheadUntil, remember, ...ends] = rest;
  const [inactivityEndsAt, absoluteEndsAt, revokedAt, lastAddress, lastAgent] = ends;
  return {
    sid: typeof sid === 'string' ? sid : toBase64url(sid),
    subject: subject as string,
    deviceId: deviceId as string,
    clientId: clientId as string,
    scope: scope as string,
    authenticatedAt: authenticatedAt as number,
    acr: acr as string | null,
    amr: amr as string,
    keyThumbprint: keyThumbprint as string | null,
    generation: generation as number,
    branch: branch as number,
    parentBranch: parentBranch as number | null,
    grandparentBranch: grandparentBranch as number | null,
    changedAt: changedAt as number | null,
    aheadUntil: aheadUntil as number | null,
    remember: remember === 1,
    inactivityEndsAt: inactivityEndsAt as number | null,
    absoluteEndsAt: absoluteEndsAt as number | null,
    revokedAt: revokedAt as number | null,
    lastAddress: lastAddress as string,
    lastAgent: lastAgent as string,
  };
}

/** How ids leave the database. */
export function toBase64url(value: SQLOutputValue | undefined): string {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64url')
    : '';
}
