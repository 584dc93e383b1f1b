/**
 * Private PostgreSQL servers for the tests: a primary and, where one is asked for, a streaming standby, on free loopback
 * ports. Nothing of this machine's own PostgreSQL is touched.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { findProgram } from '../../tools/programs.mjs';
import { createEngineFolder, type EngineFolder, findFreePort } from './engine-folder.ts';

/** One server. It keeps its port and its data while it is down. */
export interface PostgresServer {
  readonly port: number;
  readonly url: string;
  /** Resolves when it takes connections, read-only ones on a standby. */
  start(): Promise<void>;
  /** `kill -9`: nothing is finished, nothing is said. */
  kill(): Promise<void>;
  /** Ends in order, after what is under way. */
  stop(): Promise<void>;
  /** Resolves when a standby has everything that `primary` has written by now. */
  catchUp(primary: PostgresServer): Promise<void>;
  /** What it answers to one statement. */
  ask(statement: string): Promise<Record<string, unknown> | undefined>;
  /** Makes a standby a primary; resolves when it takes writes. */
  promote(): Promise<void>;
}

export interface PostgresEngine {
  readonly primary: PostgresServer;
  /** Adds a standby that follows the primary, asynchronously, through `port` where that is not the primary's own. */
  addStandby(port?: number): Promise<PostgresServer>;
  /** Kills all and removes their data. */
  remove(): Promise<void>;
}

const user = 'tallystick';
const password = 'only-for-the-tests';

/** Starts a new primary with an empty database. `settings` are written to `postgresql.conf`. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresEngine> {
  const programs = findPrograms();
  const folder = createEngineFolder('postgres');
  writeFileSync(join(folder.path, 'password'), password, { mode: 0o644 });
  const options = ['--auth=scram-sha-256', '--pwfile=password', '--encoding=UTF8', '--locale=C', '--no-sync'];
  folder.run(join(programs, 'initdb'), ['--pgdata=primary', `--username=${user}`, ...options]);
  appendFileSync(
    join(folder.path, 'primary/postgresql.conf'),
    ["listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", 'shared_buffers = 32MB', ...settings]
      .map((line) => `${line}\n`)
      .join(''),
  );
  const primary = await createServer(folder, programs, 'primary');
  await primary.start();
  let standbys = 0;
  return {
    primary,
    addStandby: async (port = primary.port) => {
      standbys += 1;
      const name = `standby-${standbys}`;
      const sourceAt = (from: number) => `host=127.0.0.1 port=${from} user=${user}`;
      const how = ['--write-recovery-conf', '--checkpoint=fast', '--no-sync'];
      const copy = [`--pgdata=${name}`, `--dbname=${sourceAt(primary.port)}`, ...how];
      folder.run(join(programs, 'pg_basebackup'), copy, { PGPASSWORD: password });
      const follow = `primary_conninfo = '${sourceAt(port)} password=${password}'\n`;
      appendFileSync(join(folder.path, name, 'postgresql.auto.conf'), follow);
      const standby = await createServer(folder, programs, name);
      await standby.start();
      return standby;
    },
    remove: () => folder.remove(),
  };
}

/** The folder that has `postgres` and what belongs to it. What is on the path may be a link to one of them alone. */
export function findPrograms(): string {
  const postgres = findProgram('PostgreSQL');
  if (postgres === undefined) throw new Error('PostgreSQL is not installed: `npm test` sees to it');
  return dirname(realpathSync(postgres));
}

/** The server that the conformance suite runs on: yours, where there is one, or a private one. */
export async function borrowPostgres(): Promise<{ readonly url: string; readonly remove: () => Promise<void> }> {
  const yours = process.env.TALLYSTICK_TEST_POSTGRES_URL;
  if (yours) return { url: yours, remove: async () => {} };
  const { primary, remove } = await startPostgres(['fsync = off', 'max_connections = 200']);
  return { url: primary.url, remove };
}

async function createServer(folder: EngineFolder, programs: string, name: string): Promise<PostgresServer> {
  const port = await findFreePort();
  const url = `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  let running: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    const ending = running;
    running = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    ending.kill(signal);
    await once(ending, 'exit');
  };
  const start = async () => {
    running = folder.start(name, join(programs, 'postgres'), ['-D', name, '-p', String(port)]);
    await untilReady(url, 'SELECT', running);
  };
  const ask = async (statement: string) => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      return (await client.query(statement)).rows[0];
    } finally {
      await client.end();
    }
  };
  return {
    port,
    url,
    // After a kill the last of its children may still be there for a moment, and the next one then ends at once.
    start: async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await start();
        } catch (error) {
          if (attempt === 50) throw error;
          await wait(100);
        }
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
    ask,
    catchUp: async (primary) => {
      const written = await primary.ask('SELECT pg_current_wal_insert_lsn()::text AS place');
      while ((await ask(`SELECT pg_last_wal_replay_lsn() >= '${written?.place}' AS has`))?.has !== true) await wait(20);
    },
    promote: async () => {
      folder.run(join(programs, 'pg_ctl'), ['promote', '-D', name, '--no-wait']);
      await untilReady(url, "DO $$ BEGIN IF pg_is_in_recovery() THEN RAISE 'not yet'; END IF; END $$", running);
    },
  };
}

/** Asks until `statement` is done, or the server has ended. */
async function untilReady(url: string, statement: string, server: ChildProcess | undefined): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    // The server may go while it is asked; then the next attempt says so.
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(statement);
      return;
    } catch (error) {
      if (attempt === 600 || server?.exitCode !== null) throw error;
      await wait(25);
    } finally {
      await client.end().catch(() => {});
    }
  }
}
