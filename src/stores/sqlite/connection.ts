/**
 * One open database file: its settings, its statements and its write group.
 */
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AttemptTable, prepareAttempts } from './attempts.ts';
import { prepareRemoveExpired, type RemoveExpired } from './expired.ts';
import { readFacts, type SqliteFacts } from './findings.ts';
import { makeFolder } from './make-folder.ts';
import { prepareRevocations, type RevocationTable } from './revocations.ts';
import { assertSameFiles, knownFiles } from './same-files.ts';
import { migrate } from './schema.ts';
import { prepareSessions, type SessionTable } from './sessions.ts';
import { prepareSigningKeys, type SigningKeyTable } from './signing-keys.ts';
import { prepareSingleUses, type SingleUseTable } from './single-uses.ts';
import { type DeviceTable, prepareDevices, prepareUsers, type UserTable } from './subjects.ts';
import { createWriteGroup, type WriteGroup } from './write-group.ts';
import { createWriter } from './writer.ts';

/** What the acts of the store work with. */
export interface Connection {
  readonly shardSecret: Uint8Array;
  readonly users: UserTable;
  readonly devices: DeviceTable;
  readonly sessions: SessionTable;
  readonly signingKeys: SigningKeyTable;
  readonly revocations: RevocationTable;
  readonly singleUses: SingleUseTable;
  readonly attempts: AttemptTable;
  readonly removeExpired: RemoveExpired;
  /** Throws where the path names another file by now than the one that is open. */
  assertSameFiles(): void;
  readFacts(): SqliteFacts;
  notBefore(): number;
  /** Raises it by `by` past `now`, or past what it was where that is later; gives what it is then. */
  raiseNotBefore(now: number, by: number): number;
  /** Writes a row and takes it away: a transaction alone would succeed where nothing can be written. */
  touch(): void;
  readonly group: WriteGroup;
  close(): Promise<void>;
}

/**
 * Opens the file at `path`, making it where it is missing, and brings it to the newest schema. A clock of the caller's own
 * is not known to another thread, so then everything is done on this one.
 */
export function openConnection(path: string, clock: () => number): Connection {
  const db = openDatabase(path);
  const files = knownFiles(path);
  const writer = clock === Date.now ? createWriter(path, files) : undefined;
  const group = createWriteGroup(db, { writer, assertWritable: () => assertSameFiles(files) });
  const notBefore = db.prepare('SELECT not_before FROM store');
  const raiseNotBefore = db.prepare('UPDATE store SET not_before = max(not_before, ?) + ? RETURNING not_before');
  // A row that is written as it was would not be written at all.
  const touch = [
    db.prepare("INSERT INTO single_uses VALUES ('', 0)"),
    db.prepare("DELETE FROM single_uses WHERE key = ''"),
  ];
  return {
    shardSecret: db.prepare('SELECT shard_secret FROM store').get()?.shard_secret as Uint8Array,
    users: prepareUsers(db),
    devices: prepareDevices(db),
    sessions: prepareSessions(db),
    signingKeys: prepareSigningKeys(db),
    revocations: prepareRevocations(db),
    singleUses: prepareSingleUses(db),
    attempts: prepareAttempts(db),
    removeExpired: prepareRemoveExpired(db),
    assertSameFiles: () => assertSameFiles(files),
    readFacts: () => readFacts(db, path),
    notBefore: () => Number(notBefore.get()?.not_before),
    raiseNotBefore: (now, by) => Number(raiseNotBefore.get(now, by)?.not_before),
    touch: () => {
      for (const statement of touch) statement.run();
    },
    group,
    close: async () => {
      await group.settled();
      await writer?.close();
      db.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  makeFolder(dirname(path));
  // SQLite would make the file readable by everyone; its companions take over the mode of the file.
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    migrate(db);
    // From here on the write group waits for other processes, without holding the event loop.
    db.exec('PRAGMA busy_timeout = 0');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
