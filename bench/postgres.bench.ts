/**
 * Refreshes on PostgreSQL, every one durable, against `pgbench` updating one row a transaction on the same server with as
 * many clients, in turns; and what a session costs on disk. Run by hand:
 *
 *     node bench/postgres.bench.ts [clients] [refreshes of each session]
 *
 * The refreshes are whole ones, from token to tokens, in this process; a retry window of 0 makes each of them a rotation.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createTallystick } from '../src/server/index.ts';
import { createPostgresStore } from '../src/stores/postgres/index.ts';
import { findPrograms, startPostgres } from '../test/engines/postgres.ts';

const clients = Number(process.argv[2] ?? 32);
const refreshesOfEach = Number(process.argv[3] ?? 20);
const rows = 10_000;
const rounds = 3;
const seconds = 5;

const engine = await startPostgres(['shared_buffers = 256MB', 'max_connections = 200']);
const pool = new pg.Pool({ connectionString: engine.primary.url, connectionTimeoutMillis: 5_000 });
const auth = createTallystick({
  store: createPostgresStore({ pool }),
  issuer: 'http://localhost:3000',
  secrets: [randomBytes(32).toString('base64url')],
  authenticate: () => ({ authenticated: false }),
  retryWindowSeconds: 0,
});
const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
try {
  await auth.ready();
  const tokens = await signIn();
  await prepareBaseline();
  const results = [];
  for (let round = 0; round < rounds; round += 1) {
    results.push({ pgbench: measureBaseline(), refresh: await measureRefreshes(tokens) });
  }
  console.table(results.map((result) => ({ ...result, ratio: round(result.refresh / result.pgbench) })));
  await refreshAll(tokens);
  await reportSize();
} finally {
  await auth.close();
  await pool.end();
  await engine.remove();
  rmSync(folder, { recursive: true });
}

/** One session of each of as many users. */
async function signIn(): Promise<string[]> {
  return inParallel(rows, async (index) => {
    const subject = randomBytes(16).toString('base64url');
    const from = { address: `192.0.2.${index % 256}`, userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0' };
    const created = await auth.createSession({ subject, from, amr: ['pwd'] });
    if (created.kind !== 'created') throw new Error(created.reason);
    return created.tokens.refresh_token;
  });
}

async function inParallel<Result>(count: number, act: (index: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const work = async () => {
    while (next < count) {
      const index = next++;
      results[index] = await act(index);
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  return results;
}

async function prepareBaseline(): Promise<void> {
  await pool.query(
    'CREATE TABLE baseline (id integer PRIMARY KEY, n bigint NOT NULL, filler text NOT NULL) WITH (fillfactor = 90)',
  );
  await pool.query(`INSERT INTO baseline SELECT id, 0, repeat('x', 180) FROM generate_series(1, ${rows}) AS id`);
  writeFileSync(
    join(folder, 'update.sql'),
    `\\set id random(1, ${rows})\nUPDATE baseline SET n = n + 1 WHERE id = :id;\n`,
  );
}

/** Transactions a second. */
function measureBaseline(): number {
  const { hostname, port, username, password, pathname } = new URL(engine.primary.url);
  const program = join(findPrograms(), 'pgbench');
  const load = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds), '-f', 'update.sql'];
  const address = ['-h', hostname, '-p', port, '-U', username, pathname.slice(1)];
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(password) };
  const said = execFileSync(program, [...load, ...address], { cwd: folder, env, stdio: 'pipe' }).toString();
  return Math.round(Number(/tps = ([\d.]+)/.exec(said)?.[1]));
}

/** Refreshes a second, each client on a random session of its own share. */
async function measureRefreshes(tokens: string[]): Promise<number> {
  const share = Math.floor(tokens.length / clients);
  const endsAt = performance.now() + seconds * 1_000;
  let done = 0;
  const work = async (client: number) => {
    while (performance.now() < endsAt) {
      await refreshOne(tokens, client * share + Math.floor(Math.random() * share));
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => work(client)));
  return Math.round(done / seconds);
}

async function refreshOne(tokens: string[], index: number): Promise<void> {
  const refreshed = await auth.refresh({ refreshToken: tokens[index] ?? '', from: { address: '192.0.2.1' } });
  if (refreshed.kind !== 'refreshed') throw new Error(refreshed.kind);
  tokens[index] = refreshed.tokens.refresh_token;
}

async function refreshAll(tokens: string[]): Promise<void> {
  for (let time = 0; time < refreshesOfEach; time += 1) {
    await inParallel(tokens.length, (index) => refreshOne(tokens, index));
  }
}

async function reportSize(): Promise<void> {
  await pool.query('VACUUM ANALYZE tallystick.sessions');
  const { rows: found } = await pool.query(`
    SELECT (SELECT count(*) FROM tallystick.sessions)::int AS sessions,
      (SELECT avg(generation)::int FROM tallystick.sessions) AS refreshes,
      (SELECT avg(pg_column_size(s))::int FROM tallystick.sessions AS s) AS tuple,
      pg_relation_size('tallystick.sessions')::int AS heap, pg_indexes_size('tallystick.sessions')::int AS index,
      (SELECT n_tup_upd FROM pg_stat_user_tables WHERE relid = 'tallystick.sessions'::regclass)::int AS updates,
      (SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'tallystick.sessions'::regclass)::int AS hot`);
  const [size] = found;
  console.table([
    {
      ...size,
      'bytes a session': round((size.heap + size.index) / size.sessions),
      'HOT share': round(size.hot / size.updates),
    },
  ]);
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
