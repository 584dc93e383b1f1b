/**
 * The tables, as forward-only migrations, in a schema of their own. Each entry brings them from its index to the next
 * version; what has been released is never edited. A migration must leave the previous version of the server able to go
 * on: it names its columns, so columns may be added; nothing may be dropped or renamed that it uses.
 */
import { randomBytes } from 'node:crypto';
import { StoreError } from '../store-error.ts';
import type { Connection, Run } from './connection.ts';

const oldestServer = 140_000;

/** Sent at the start of a transaction, has those that say the same come one after the other. */
const lockSchema: string = advisoryLock(1);
export const lockSigningKeys: string = advisoryLock(2);

/** The same for the acts on one user; two users whose tags are alike merely wait for each other. */
export function lockSubject(shardTag: Uint8Array): string {
  return advisoryLock(Buffer.from(shardTag).readInt32BE(), 1);
}

/** Locks are the whole database's; the first of the two numbers says that this one is ours. */
function advisoryLock(what: number, kind = 0): string {
  return `SELECT pg_advisory_xact_lock(${0x544c4c58 + kind}, ${what});`;
}

/*
 * Session ids start with their user's shard tag, so one user's rows lie together in the primary key and need no other
 * index. A rotation changes no indexed column, and the pages keep room for the row's next version beside it (fillfactor),
 * so it touches no index at all, and the engine tidies up a page by itself the next time it comes by.
 */
const migrations: readonly ((schema: string) => string)[] = [
  (schema) => `
   CREATE TABLE ${schema}.store (shard_secret bytea NOT NULL, schema_version integer NOT NULL);
   INSERT INTO ${schema}.store VALUES ('\\x${randomBytes(32).toString('hex')}', 0);

   CREATE TABLE ${schema}.users (
     subject text COLLATE "C" PRIMARY KEY,
     username text COLLATE "C" UNIQUE,
     password_hash text,
     created_at bigint NOT NULL,
     disabled_at bigint,
     not_before bigint NOT NULL
   );

   CREATE TABLE ${schema}.devices (
     subject text COLLATE "C" NOT NULL,
     id text COLLATE "C" NOT NULL,
     name text NOT NULL,
     kind text NOT NULL,
     platform text NOT NULL,
     browser text NOT NULL,
     created_at bigint NOT NULL,
     last_used_at bigint NOT NULL,
     last_address text NOT NULL,
     sid uuid NOT NULL,
     PRIMARY KEY (subject, id)
   );

   CREATE TABLE ${schema}.sessions (
     sid uuid PRIMARY KEY,
     authenticated_at bigint NOT NULL,
     changed_at bigint,
     ahead_until bigint,
     inactivity_ends_at bigint,
     absolute_ends_at bigint,
     revoked_at bigint,
     generation bigint NOT NULL,
     branch bigint NOT NULL,
     parent_branch bigint,
     grandparent_branch bigint,
     remember boolean NOT NULL,
     subject text COLLATE "C" NOT NULL,
     device_id text COLLATE "C" NOT NULL,
     client_id text COLLATE "C" NOT NULL,
     scope text NOT NULL,
     acr text,
     amr text NOT NULL,
     key_thumbprint text COLLATE "C",
     last_address text NOT NULL,
     last_agent text NOT NULL
   ) WITH (fillfactor = 90);

   CREATE TABLE ${schema}.signing_keys (
     kid text COLLATE "C" PRIMARY KEY,
     public_jwk text NOT NULL,
     sealed_private_key bytea NOT NULL,
     created_at bigint NOT NULL,
     signs_from bigint NOT NULL,
     published_until bigint
   );

   CREATE TABLE ${schema}.feed (position bigint NOT NULL) WITH (fillfactor = 10);
   INSERT INTO ${schema}.feed VALUES (0);

   CREATE TABLE ${schema}.revocations (
     position bigint PRIMARY KEY,
     id text NOT NULL,
     sid uuid,
     subject text,
     before bigint,
     except_sid uuid,
     held_until bigint NOT NULL
   );

   CREATE TABLE ${schema}.single_uses (key bytea PRIMARY KEY, until bigint NOT NULL);
   CREATE INDEX ON ${schema}.single_uses (until);`,

  (schema) => `ALTER TABLE ${schema}.store ADD COLUMN not_before bigint NOT NULL DEFAULT 0;`,

  (schema) => `
   CREATE TABLE ${schema}.attempts (
     key bytea PRIMARY KEY,
     failures integer NOT NULL,
     failures_until bigint NOT NULL,
     under_way jsonb NOT NULL,
     until bigint NOT NULL
   );
   CREATE INDEX ON ${schema}.attempts (until);`,
];

/**
 * Looks the server over and brings the schema to the newest version; gives the shard secret. Rejects with one line that
 * says what is wrong.
 */
export async function openSchema({ run, transaction }: Connection, schema: string): Promise<Uint8Array> {
  await checkServer(run);
  if ((await versionOf(run, schema)) !== migrations.length) {
    // Servers that start together come one after the other; the later ones find the work done.
    await transaction((inside) => migrate(inside, schema), lockSchema);
  }
  await checkRights(run, schema);
  const { rows } = await run({ text: `SELECT shard_secret FROM ${schema}.store` });
  const [row] = rows;
  if (!(row?.shard_secret instanceof Uint8Array)) throw new StoreError(`PostgreSQL: ${schema}.store is empty`);
  return new Uint8Array(row.shard_secret);
}

async function checkServer(run: Run): Promise<void> {
  const { rows } = await run({
    text: `SELECT current_setting('server_version_num') AS version, current_setting('server_version') AS name,
      current_setting('server_encoding') AS encoding, current_setting('transaction_read_only') AS read_only`,
  });
  const [found] = rows;
  if (Number(found?.version) < oldestServer) {
    throw new StoreError(`PostgreSQL: the server is version ${found?.name}, which is too old: 14 or later`);
  }
  if (found?.encoding !== 'UTF8')
    throw new StoreError(`PostgreSQL: the database is in ${found?.encoding}, not in UTF8`);
  if (found.read_only !== 'off') throw new StoreError('PostgreSQL: the server is a standby, or read-only');
}

/** The version of the schema, 0 where there is none. */
async function versionOf(run: Run, schema: string): Promise<number> {
  // `to_regclass` would be shorter, and may answer from what this connection knew before another server made the tables.
  const { rows: tables } = await run({
    text: `SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE nspname = $1 AND relname = 'store' AND relkind = 'r'`,
    values: [schema],
  });
  if (tables.length === 0) return 0;
  const { rows } = await run({ text: `SELECT schema_version FROM ${schema}.store` });
  const version = Number(rows[0]?.schema_version);
  if (version > migrations.length) {
    throw new StoreError(
      `PostgreSQL: the database has schema ${version}, this version knows ${migrations.length}: upgrade Tallystick`,
    );
  }
  return version;
}

async function migrate(run: Run, schema: string): Promise<void> {
  const found = await versionOf(run, schema);
  const { rows } = await run({ text: 'SELECT FROM pg_namespace WHERE nspname = $1', values: [schema] });
  if (rows.length === 0) await run({ text: `CREATE SCHEMA ${schema}` });
  for (const migration of migrations.slice(found)) await run({ text: migration(schema) });
  await run({ text: `UPDATE ${schema}.store SET schema_version = ${migrations.length}` });
}

/** A right that is missing shows at the start, and not at the first sign-in. */
async function checkRights(run: Run, schema: string): Promise<void> {
  const { rows } = await run({
    text: `SELECT current_user AS role, string_agg(DISTINCT right_name, ', ') AS missing
      FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS right_name
      WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind = 'r'
        AND relname IN (
          'store', 'users', 'devices', 'sessions', 'signing_keys', 'feed', 'revocations', 'single_uses', 'attempts')
        AND NOT has_table_privilege(oid, right_name)`,
    values: [schema],
  });
  const [found] = rows;
  if (found?.missing) {
    throw new StoreError(`PostgreSQL: the role ${found.role} lacks ${found.missing} on tables of ${schema}`);
  }
}
