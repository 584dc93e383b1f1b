/**
 * Users and their devices in PostgreSQL.
 */
import type { DeviceKind, DeviceRecord } from '../../session/device-record.ts';
import type { UserRecord } from '../store.ts';
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

/** The statements on `users`. */
export interface UserTable {
  get(run: Run, subject: string): Promise<UserRecord | undefined>;
  named(run: Run, username: string): Promise<UserRecord | undefined>;
  page(run: Run, afterName: string, limit: number): Promise<UserRecord[]>;
  /** Gives whether it was added: neither its subject nor its name was there. */
  insert(run: Run, user: UserRecord): Promise<boolean>;
  put(run: Run, user: UserRecord): Promise<void>;
}

/** The statements on `devices`. */
export interface DeviceTable {
  ofSubject(run: Run, subject: string): Promise<DeviceRecord[]>;
  /** Reads them and keeps them until the transaction ends. */
  lockOfSubject(run: Run, subject: string): Promise<DeviceRecord[]>;
  put(run: Run, devices: readonly DeviceRecord[]): Promise<void>;
  remove(run: Run, subject: string, ids: readonly string[]): Promise<void>;
}

const userColumns: Columns = {
  subject: 'text',
  username: 'text',
  password_hash: 'text',
  created_at: 'bigint',
  disabled_at: 'bigint',
  not_before: 'bigint',
};

const deviceColumns: Columns = {
  subject: 'text',
  id: 'text',
  name: 'text',
  kind: 'text',
  platform: 'text',
  browser: 'text',
  created_at: 'bigint',
  last_used_at: 'bigint',
  last_address: 'text',
  sid: 'uuid',
};

export function prepareUsers(schema: string): UserTable {
  const table = `${schema}.users`;
  const all = columnNames(userColumns);
  const get = prepared(`SELECT ${all} FROM ${table} WHERE subject = $1`);
  const named = prepared(`SELECT ${all} FROM ${table} WHERE username = $1`);
  const page = prepared(`SELECT ${all} FROM ${table} WHERE username > $1 ORDER BY username LIMIT $2`);
  const insert = prepared(`INSERT INTO ${table} (${all}) SELECT * FROM ${unnest(userColumns)} ON CONFLICT DO NOTHING`);
  const put = prepared(upsert(table, userColumns, 'subject'));
  const one = (rows: readonly PostgresRow[]) => rows.map(toUser)[0];
  return {
    get: async (run, subject) => one((await run(get(subject))).rows),
    // The engine takes no NUL in a text, so nobody has such a name.
    named: async (run, username) => (username.includes('\0') ? undefined : one((await run(named(username))).rows)),
    page: async (run, afterName, limit) => (await run(page(afterName, limit))).rows.map(toUser),
    insert: async (run, user) => (await run(insert(...toArrays(userColumns, [toUserRow(user)])))).rowCount === 1,
    put: async (run, user) => {
      await run(put(...toArrays(userColumns, [toUserRow(user)])));
    },
  };
}

export function prepareDevices(schema: string): DeviceTable {
  const table = `${schema}.devices`;
  const ofSubject = `SELECT ${columnNames(deviceColumns)} FROM ${table} WHERE subject = $1 ORDER BY created_at, id`;
  const read = prepared(ofSubject);
  const readAndLock = prepared(`${ofSubject} FOR NO KEY UPDATE`);
  const put = prepared(upsert(table, deviceColumns, 'subject, id'));
  const remove = prepared(`DELETE FROM ${table} WHERE subject = $1 AND id = ANY ($2::text[])`);
  return {
    ofSubject: async (run, subject) => (await run(read(subject))).rows.map(toDevice),
    lockOfSubject: async (run, subject) => (await run(readAndLock(subject))).rows.map(toDevice),
    put: async (run, devices) => {
      await run(put(...toArrays(deviceColumns, devices.map(toDeviceRow))));
    },
    remove: async (run, subject, ids) => {
      await run(remove(subject, ids));
    },
  };
}

function toUserRow(user: UserRecord): unknown[] {
  return [user.subject, user.username, user.passwordHash, user.createdAt, user.disabledAt, user.notBefore];
}

function toUser(row: PostgresRow): UserRecord {
  return {
    subject: String(row.subject),
    username: toTextOrNull(row.username),
    passwordHash: toTextOrNull(row.password_hash),
    createdAt: Number(row.created_at),
    disabledAt: toNumberOrNull(row.disabled_at),
    notBefore: Number(row.not_before),
  };
}

function toDeviceRow(device: DeviceRecord): unknown[] {
  const { subject, id, name, kind, platform, browser, createdAt, lastUsedAt, lastAddress, sid } = device;
  return [subject, id, name, kind, platform, browser, createdAt, lastUsedAt, lastAddress, toUuid(sid)];
}

function toDevice(row: PostgresRow): DeviceRecord {
  return {
    subject: String(row.subject),
    id: String(row.id),
    name: String(row.name),
    kind: String(row.kind) as DeviceKind,
    platform: String(row.platform),
    browser: String(row.browser),
    createdAt: Number(row.created_at),
    lastUsedAt: Number(row.last_used_at),
    lastAddress: String(row.last_address),
    sid: fromUuid(row.sid),
  };
}
