/**
 * What one session and one refresh cost on each engine: processor time of the server and of the engine, and bytes after
 * many refreshes, which are the numbers that `docs/running.md` reckons with. Run by hand:
 *
 *     node bench/session-cost.bench.ts [refreshes of each session]
 *
 * 1,000 sessions of as many users. For the time, 10 whole refreshes of each, from token to tokens; processor time depends
 * little on how busy a machine is. For the bytes, 1,000 refreshes of each unless told otherwise: the same writes without
 * tokens, in a store of their own.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { createClient } from 'redis';
import { createTallystick, type Tallystick } from '../src/server/index.ts';
import { createPostgresStore } from '../src/stores/postgres/index.ts';
import { createRedisStore } from '../src/stores/redis/index.ts';
import { createSqliteStore } from '../src/stores/sqlite/index.ts';
import type { Store } from '../src/stores/store.ts';
import { createGuardedFolder } from '../test/engines/guarded-folder.ts';
import { startPostgres } from '../test/engines/postgres.ts';
import { startRedis } from '../test/engines/redis.ts';
import { bareRotation } from './load/bare-rotation.ts';
import { postgresTime } from './load/processor-time.ts';

const count = 1_000;
const timed = 10;
const refreshes = Number(process.argv[2] ?? 1_000);
/** Few of them at a time, as where there are many. */
const atOnce = 10;

interface Bench {
  readonly store: Store;
  /** Processor time that the engine has used outside this process, in milliseconds. */
  engineTime(): Promise<number>;
  /** Bytes of a session, in words, and of everything else of its user. */
  size(): Promise<Readonly<Record<string, string | number>>>;
  remove(): Promise<void>;
}

const benches = { SQLite: openSqlite, PostgreSQL: openPostgres, Redis: openRedis };
const table: Record<string, unknown> = {};
for (const [name, open] of Object.entries(benches)) {
  table[name] = {
    ...(await withSessions(await open(), measureTime)),
    ...(await withSessions(await open(), measureSize)),
  };
}
console.table(table);

/** Does `act` with new sessions in an empty store. */
async function withSessions<Result>(
  bench: Bench,
  act: (bench: Bench, auth: Tallystick, sessions: Held[]) => Promise<Result>,
): Promise<Result> {
  const auth = createTallystick({
    store: bench.store,
    issuer: 'http://localhost:3000',
    secrets: [randomBytes(32).toString('base64url')],
    authenticate: () => ({ authenticated: false }),
    retryWindowSeconds: 0,
  });
  try {
    // One at a time: connections that insert at once each begin a page, which shows where there are only a few.
    const sessions: Held[] = [];
    while (sessions.length < count) sessions.push(await signIn(auth));
    return await act(bench, auth, sessions);
  } finally {
    await auth.close();
    await bench.remove();
  }
}

async function measureTime({ engineTime }: Bench, auth: Tallystick, sessions: Held[]) {
  const [ownBefore, engineBefore] = [process.cpuUsage(), await engineTime()];
  for (let time = 0; time < timed; time += 1) await inParallel(range(count), (index) => refresh(auth, sessions, index));
  const own = process.cpuUsage(ownBefore);
  const engine = (await engineTime()) - engineBefore;
  return {
    'server, CPU µs a refresh': Math.round((own.user + own.system) / (count * timed)),
    'engine, CPU µs a refresh': Math.round((engine * 1000) / (count * timed)),
  };
}

async function measureSize({ store, size }: Bench, _auth: Tallystick, sessions: readonly Held[]) {
  await refreshWithoutTokens(
    store,
    sessions.map(({ sid }) => sid),
  );
  return { refreshes, ...(await size()) };
}

interface Held {
  readonly sid: string;
  readonly token: string;
}

async function signIn(auth: Tallystick): Promise<Held> {
  const subject = randomBytes(12).toString('base64url');
  const from = { address: '192.0.2.123', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0' };
  const created = await auth.createSession({ subject, from, amr: ['pwd'] });
  if (created.kind !== 'created') throw new Error(created.reason);
  return { sid: created.tokens.session_id, token: created.tokens.refresh_token };
}

async function refresh(auth: Tallystick, sessions: Held[], index: number): Promise<void> {
  const { sid = '', token = '' } = sessions[index] ?? {};
  const refreshed = await auth.refresh({ refreshToken: token, from: { address: '192.0.2.123' } });
  if (refreshed.kind !== 'refreshed') throw new Error(refreshed.kind);
  sessions[index] = { sid, token: refreshed.tokens.refresh_token };
}

/** In no order, as users come, so that those whose refreshes share a write do not share a page. */
async function refreshWithoutTokens(store: Store, sids: readonly string[]): Promise<void> {
  for (let generation = 0; generation < refreshes; generation += 1) {
    const batch = (first: number) => range(atOnce).map((offset) => sids[((first + offset) * 919) % count] ?? '');
    for (let first = 0; first < count; first += atOnce) {
      await store.updateSessions(batch(first).map((sid) => bareRotation(sid, generation)));
    }
  }
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

async function inParallel<Result>(indexes: number[], act: (index: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = indexes.values();
  const work = async () => {
    for (const index of waiting) results[index] = await act(index);
  };
  await Promise.all(range(atOnce).map(work));
  return results;
}

async function openSqlite(): Promise<Bench> {
  const folder = createGuardedFolder('tallystick-cost-');
  const path = join(folder.path, 'tallystick.db');
  return {
    store: createSqliteStore({ path }),
    engineTime: async () => 0,
    size: async () => {
      const db = new DatabaseSync(path);
      const sizeOf = (name: string) =>
        Number(db.prepare('SELECT sum(pgsize) AS bytes FROM dbstat WHERE name = ?').get(name)?.bytes);
      const [session, device] = [sizeOf('sessions'), sizeOf('devices')];
      db.close();
      return { 'session, bytes': session / count, 'device, bytes': device / count, measured: 'dbstat: its pages' };
    },
    remove: folder.remove,
  };
}

async function openPostgres(): Promise<Bench> {
  const engine = await startPostgres(['shared_buffers = 256MB']);
  const pool = new pg.Pool({ connectionString: engine.primary.url, connectionTimeoutMillis: 5_000 });
  return {
    store: createPostgresStore({ pool }),
    engineTime: () => postgresTime(engine.primary),
    size: async () => {
      await pool.query('VACUUM tallystick.sessions, tallystick.devices');
      const { rows } = await pool.query(`SELECT
        pg_relation_size('tallystick.sessions') + pg_indexes_size('tallystick.sessions') AS session,
        pg_relation_size('tallystick.devices') + pg_indexes_size('tallystick.devices') AS device,
        n_tup_hot_upd::float / n_tup_upd AS hot, n_dead_tup AS dead
        FROM pg_stat_user_tables WHERE relid = 'tallystick.sessions'::regclass`);
      const { session, device, hot, dead } = rows[0];
      const measured = `heap and index after VACUUM; ${dead} dead rows left, ${(hot * 100).toFixed(1)} % HOT`;
      return { 'session, bytes': session / count, 'device, bytes': device / count, measured };
    },
    remove: async () => {
      await pool.end();
      await engine.remove();
    },
  };
}

async function openRedis(): Promise<Bench> {
  const engine = await startRedis();
  const [server] = engine.servers;
  const ask = async (...command: string[]) => (await server?.ask(...command)) ?? '';
  const field = (info: string, name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  const before = field(await ask('INFO', 'memory'), 'used_memory');
  return {
    store: createRedisStore({ client: createClient({ url: engine.url }) }),
    engineTime: async () => {
      const info = await ask('INFO', 'cpu');
      return 1000 * (field(info, 'used_cpu_user') + field(info, 'used_cpu_sys'));
    },
    size: async () => {
      const all = (field(await ask('INFO', 'memory'), 'used_memory') - before) / count;
      const key = /\{t:..\}:s:[\w-]{22}/.exec(await ask('KEYS', '*:s:*'))?.[0] ?? '';
      const session = Number(await ask('MEMORY', 'USAGE', key));
      return {
        'session, bytes': session,
        'device, bytes': Math.round(all - session),
        measured: 'MEMORY USAGE; the rest of used_memory',
      };
    },
    remove: () => engine.remove(),
  };
}
