/**
 * Private PostgreSQL servers for the tests: a primary and, where one is asked for, a streaming standby, on free loopback
 * ports. Nothing of this machine's own PostgreSQL is touched.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
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
  /** Makes a standby a primary; resolves when it takes writes. */
  promote(): Promise<void>;
}

export interface PostgresEngine {
  readonly primary: PostgresServer;
  /** Adds a standby that follows the primary, asynchronously. */
  addStandby(): Promise<PostgresServer>;
  /** Kills all and removes their data. */
  remove(): Promise<void>;
}

const user = 'tallystick';
const password = 'only for the tests';

/** Starts a new primary with an empty database. `settings` are written to `postgresql.conf`. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresEngine> {
  const postgres = findProgram('PostgreSQL');
  if (postgres === undefined) throw new Error('PostgreSQL is not installed: `npm test` sees to it');
  const programs = dirname(postgres);
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
    addStandby: async () => {
      standbys += 1;
      const name = `standby-${standbys}`;
      const source = `host=127.0.0.1 port=${primary.port} user=${user}`;
      const copy = [
        `--pgdata=${name}`,
        `--dbname=${source}`,
        '--write-recovery-conf',
        '--checkpoint=fast',
        '--no-sync',
      ];
      folder.run(join(programs, 'pg_basebackup'), copy, { PGPASSWORD: password });
      appendFileSync(
        join(folder.path, name, 'postgresql.auto.conf'),
        `primary_conninfo = '${source} password=''${password}'''\n`.replaceAll("''", "\\'"),
      );
      const standby = await createServer(folder, programs, name);
      await standby.start();
      return standby;
    },
    remove: () => folder.remove(),
  };
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
