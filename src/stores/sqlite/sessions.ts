/**
 * Session rows in SQLite.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { PlainRotation } from '../../session/plain-rotation.ts';
import type { SessionRecord } from '../../session/session-record.ts';

/** A plain rotation of one session, with what is written beside it. */
export type SessionRotation = PlainRotation & Pick<SessionRecord, 'sid' | 'lastAddress' | 'lastAgent'>;

/** The statements on `sessions`. They take part in whatever transaction is open. */
export interface SessionTable {
  get(sid: string): SessionRecord | undefined;
  /** Every row of one user. */
  ofSubject(subject: string, shardTag: Uint8Array): SessionRecord[];
  put(session: SessionRecord): void;
  /** Writes a rotation where it applies to the row, and gives the row as it is then. */
  rotate(rotation: SessionRotation, now: number): SessionRecord | undefined;
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

/**
 * `plainRotation`'s conditions and its next row. A number is bound as a floating-point one, and the division is of integers.
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
  RETURNING *`;

export function prepareSessions(db: DatabaseSync): SessionTable {
  const get = db.prepare('SELECT * FROM sessions WHERE sid = ?');
  const range = db.prepare('SELECT * FROM sessions WHERE sid BETWEEN ? AND ? AND subject = ?');
  const put = db.prepare(
    `INSERT OR REPLACE INTO sessions (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const rotate = db.prepare(rotation);
  return {
    get: (sid) => toSession(get.get(Buffer.from(sid, 'base64url'))),
    ofSubject: (subject, shardTag) =>
      range.all(firstSid(shardTag), lastSid(shardTag), subject).flatMap((row) => toSession(row) ?? []),
    put: (session) => {
      put.run(...toRow(session));
    },
    rotate: ({ sid, ...presented }, now) =>
      toSession(rotate.get({ ...presented, sid: Buffer.from(sid, 'base64url'), now })),
  };
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

/** The schema is STRICT, so the columns have the types that are asserted here. */
function toSession(row: Record<string, SQLOutputValue> | undefined): SessionRecord | undefined {
  if (row === undefined) return undefined;
  return {
    sid: toBase64url(row.sid),
    subject: row.subject as string,
    deviceId: row.device_id as string,
    clientId: row.client_id as string,
    scope: row.scope as string,
    authenticatedAt: row.authenticated_at as number,
    acr: row.acr as string | null,
    amr: row.amr as string,
    keyThumbprint: row.key_thumbprint as string | null,
    generation: row.generation as number,
    branch: row.branch as number,
    parentBranch: row.parent_branch as number | null,
    grandparentBranch: row.grandparent_branch as number | null,
    changedAt: row.changed_at as number | null,
    aheadUntil: row.ahead_until as number | null,
    remember: row.remember === 1,
    inactivityEndsAt: row.inactivity_ends_at as number | null,
    absoluteEndsAt: row.absolute_ends_at as number | null,
    revokedAt: row.revoked_at as number | null,
    lastAddress: row.last_address as string,
    lastAgent: row.last_agent as string,
  };
}

/** How ids leave the database. */
export function toBase64url(value: SQLOutputValue | undefined): string {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64url')
    : '';
}
