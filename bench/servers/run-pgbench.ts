/**
 * What PostgreSQL can do at best: `pgbench` updating one row a transaction, by its primary key, in rows of a session's size.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPrograms, type PostgresServer } from '../../test/engines/postgres.ts';

const run = promisify(execFile);

export interface Baseline {
  readonly clients: number;
  readonly seconds: number;
  readonly rows: number;
  readonly folder: string;
}

export async function prepareBaseline(database: PostgresServer, rows: number): Promise<void> {
  await database.ask(
    'CREATE TABLE baseline (id integer PRIMARY KEY, n bigint NOT NULL, filler text NOT NULL) WITH (fillfactor = 90)',
  );
  await database.ask(`INSERT INTO baseline SELECT id, 0, repeat('x', 180) FROM generate_series(1, ${rows}) AS id`);
}

export interface Transactions {
  /** A second. */
  readonly rate: number;
  readonly count: number;
}

/** Its clients take a while to connect, so it has at least 5 seconds. */
export async function runPgbench(database: PostgresServer, baseline: Baseline): Promise<Transactions> {
  const { hostname, port, username, password, pathname } = new URL(database.url);
  const { clients, seconds, rows, folder } = baseline;
  writeFileSync(
    join(folder, 'update.sql'),
    `\\set id random(1, ${rows})\nUPDATE baseline SET n = n + 1 WHERE id = :id;\n`,
  );
  const how = [
    '-n',
    '-M',
    'prepared',
    '-c',
    String(clients),
    '-j',
    '2',
    '-T',
    String(Math.max(seconds, 5)),
    '-f',
    'update.sql',
  ];
  const where = ['-h', hostname, '-p', port, '-U', username, pathname.slice(1)];
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(password) };
  const { stdout } = await run(join(findPrograms(), 'pgbench'), [...how, ...where], { cwd: folder, env });
  const rate = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  const count = Number(/actually processed: (\d+)/.exec(stdout)?.[1]);
  if (!(rate > 0 && count > 0)) throw new Error(`pgbench came to nothing: ${stdout}`);
  return { rate, count };
}
