/**
 * The tables, as forward-only migrations. Each entry brings the schema from its index to the next version; what has been
 * released is never edited. A migration must leave the previous version of the server able to go on.
 */
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../store-error.ts';
import { inTransaction } from './in-transaction.ts';

/*
 * Session ids start with their user's shard tag, so one user's rows lie together in the primary key and need no other
 * index; a rotation therefore touches one page. WITHOUT ROWID keeps the row in that same tree.
 */
const migrations: readonly string[] = [
  `CREATE TABLE store (shard_secret BLOB NOT NULL) STRICT;
   INSERT INTO store VALUES (randomblob(32));

   CREATE TABLE users (
     subject TEXT PRIMARY KEY,
     username TEXT UNIQUE,
     password_hash TEXT,
     created_at INTEGER NOT NULL,
     disabled_at INTEGER,
     not_before INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE devices (
     subject TEXT NOT NULL,
     id TEXT NOT NULL,
     name TEXT NOT NULL,
     kind TEXT NOT NULL,
     platform TEXT NOT NULL,
     browser TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     last_used_at INTEGER NOT NULL,
     last_address TEXT NOT NULL,
     sid BLOB NOT NULL,
     PRIMARY KEY (subject, id)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE sessions (
     sid BLOB PRIMARY KEY,
     subject TEXT NOT NULL,
     device_id TEXT NOT NULL,
     client_id TEXT NOT NULL,
     scope TEXT NOT NULL,
     authenticated_at INTEGER NOT NULL,
     acr TEXT,
     amr TEXT NOT NULL,
     key_thumbprint TEXT,
     generation INTEGER NOT NULL,
     branch INTEGER NOT NULL,
     parent_branch INTEGER,
     grandparent_branch INTEGER,
     changed_at INTEGER,
     ahead_until INTEGER,
     remember INTEGER NOT NULL,
     inactivity_ends_at INTEGER,
     absolute_ends_at INTEGER,
     revoked_at INTEGER,
     last_address TEXT NOT NULL,
     last_agent TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE signing_keys (
     kid TEXT PRIMARY KEY,
     public_jwk TEXT NOT NULL,
     sealed_private_key BLOB NOT NULL,
     created_at INTEGER NOT NULL,
     signs_from INTEGER NOT NULL,
     published_until INTEGER
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE revocations (
     position INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL,
     sid BLOB,
     subject TEXT,
     before INTEGER,
     except_sid BLOB,
     held_until INTEGER NOT NULL
   ) STRICT;`,

  `CREATE TABLE single_uses (key TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX single_uses_until ON single_uses (until);`,

  'ALTER TABLE store ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;',

  `CREATE TABLE attempts (key TEXT PRIMARY KEY, count TEXT NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX attempts_until ON attempts (until);`,
];

/** Brings the database to the newest schema, or throws where a newer version of Tallystick has been at it. */
export function migrate(db: DatabaseSync): void {
  inTransaction(db, () => {
    const found = Number(db.prepare('PRAGMA user_version').get()?.user_version);
    if (found > migrations.length) {
      throw new StoreError(
        `the database has schema ${found}, this version knows ${migrations.length}: upgrade Tallystick`,
      );
    }
    for (const migration of migrations.slice(found)) db.exec(migration);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}
