/**
 * Users and their devices in SQLite.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { DeviceKind, DeviceRecord } from '../../session/device-record.ts';
import type { UserRecord } from '../store.ts';
import { toBase64url } from './sessions.ts';

type Row = Record<string, SQLOutputValue>;

/** The statements on `users`. */
export interface UserTable {
  get(subject: string): UserRecord | undefined;
  named(username: string): UserRecord | undefined;
  page(afterName: string, limit: number): UserRecord[];
  put(user: UserRecord): void;
}

/** The statements on `devices`. */
export interface DeviceTable {
  ofSubject(subject: string): DeviceRecord[];
  put(device: DeviceRecord): void;
  remove(subject: string, id: string): void;
}

export function prepareUsers(db: DatabaseSync): UserTable {
  const get = db.prepare('SELECT * FROM users WHERE subject = ?');
  const named = db.prepare('SELECT * FROM users WHERE username = ?');
  const page = db.prepare('SELECT * FROM users WHERE username > ? ORDER BY username LIMIT ?');
  // Not OR REPLACE, which would remove whoever else has the name.
  const put = db.prepare(
    `INSERT INTO users VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (subject) DO UPDATE SET
       username = excluded.username, password_hash = excluded.password_hash, created_at = excluded.created_at,
       disabled_at = excluded.disabled_at, not_before = excluded.not_before`,
  );
  return {
    get: (subject) => toUser(get.get(subject)),
    named: (username) => toUser(named.get(username)),
    page: (afterName, limit) => page.all(afterName, limit).flatMap((row) => toUser(row) ?? []),
    put: (user) => {
      put.run(user.subject, user.username, user.passwordHash, user.createdAt, user.disabledAt, user.notBefore);
    },
  };
}

export function prepareDevices(db: DatabaseSync): DeviceTable {
  const ofSubject = db.prepare('SELECT * FROM devices WHERE subject = ? ORDER BY created_at');
  const put = db.prepare('INSERT OR REPLACE INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM devices WHERE subject = ? AND id = ?');
  return {
    ofSubject: (subject) => ofSubject.all(subject).map(toDevice),
    put: ({ subject, id, name, kind, platform, browser, createdAt, lastUsedAt, lastAddress, sid }) => {
      const sidBytes = Buffer.from(sid, 'base64url');
      put.run(subject, id, name, kind, platform, browser, createdAt, lastUsedAt, lastAddress, sidBytes);
    },
    remove: (subject, id) => {
      remove.run(subject, id);
    },
  };
}

/** The schema is STRICT, so the columns have the types that are asserted here and below. */
function toUser(row: Row | undefined): UserRecord | undefined {
  if (row === undefined) return undefined;
  return {
    subject: row.subject as string,
    username: row.username as string | null,
    passwordHash: row.password_hash as string | null,
    createdAt: row.created_at as number,
    disabledAt: row.disabled_at as number | null,
    notBefore: row.not_before as number,
  };
}

function toDevice(row: Row): DeviceRecord {
  return {
    subject: row.subject as string,
    id: row.id as string,
    name: row.name as string,
    kind: row.kind as DeviceKind,
    platform: row.platform as string,
    browser: row.browser as string,
    createdAt: row.created_at as number,
    lastUsedAt: row.last_used_at as number,
    lastAddress: row.last_address as string,
    sid: toBase64url(row.sid),
  };
}
