/**
 * What a session takes on disk after it has been refreshed a thousand times: its row with its index entries, dead rows
 * vacuumed. The refreshes are what a refresh asks of the store, without the signature that no row has to do with.
 */
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { parseRefreshToken } from '../src/protocol/refresh-token.ts';
import { createPostgresStore } from '../src/stores/postgres/index.ts';
import { createSqliteStore } from '../src/stores/sqlite/index.ts';
import type { Store } from '../src/stores/store.ts';
import { startPostgres } from '../test/engines/postgres.ts';
import type { Extent, Line, LineResult } from './line.ts';
import { bareRotation } from './load/bare-rotation.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { databaseSettings } from './servers/serve-postgres.ts';
import { findPlace, openTallystick, signInUsers } from './servers/tallystick.ts';

/** Enough that an index's first pages count for little. */
const sessions = 4_000;
/** As many as wait for a flush on a busy server: all at once would leave a dead row of each. */
const atOnce = 32;
const refreshes = 1_000;
const refreshesInShort = 15;

interface Size {
  readonly bytes: number;
  /** Over all sessions. */
  readonly rotations: number;
  readonly rows: number;
}

export const line: Line = {
  name: 'session-size',
  title: 'a session on disk after 1,000 refreshes',
  measure: async ({ short }: Extent, say) => {
    const times = short ? refreshesInShort : refreshes;
    const sizes = { SQLite: await onSqlite(times, say), PostgreSQL: await onPostgres(times, say) };
    return {
      findings: Object.entries(sizes).map(([what, { bytes, rows }]) => ({
        what,
        unit: 'bytes',
        runs: [bytes / rows],
        bar: { atMost: 300 },
      })),
      evidence: Object.entries(sizes).map(([what, { rotations, rows }]) => sayRotations(what, rotations, rows, times)),
    } satisfies LineResult;
  },
};

function sayRotations(what: string, rotations: number, rows: number, times: number): string {
  if (rows !== sessions || rotations !== sessions * times) {
    throw new Error(
      `${what}: ${rows} rows with ${rotations} rotations, of ${sessions} sessions refreshed ${times} times`,
    );
  }
  return `${what}: ${rows} rows with ${rotations / rows} rotations each`;
}

function onSqlite(times: number, say: (what: string) => void): Promise<Size> {
  return inTemporaryFolder(async (folder) => {
    const path = `${folder}/tallystick.db`;
    await refreshAll(createSqliteStore({ path }), times, (done) => say(`SQLite: ${done} refreshes of each session`));
    return measureSqlite(path);
  });
}

function measureSqlite(path: string): Size {
  const db = new DatabaseSync(path);
  try {
    db.exec('VACUUM');
    const found = db.prepare(`
      SELECT (SELECT sum(pgsize) FROM dbstat WHERE name IN
          (SELECT name FROM sqlite_schema WHERE tbl_name = 'sessions')) AS bytes,
        (SELECT sum(generation) FROM sessions) AS rotations, (SELECT count(*) FROM sessions) AS rows`);
    const { bytes, rotations, rows } = found.get() ?? {};
    return { bytes: Number(bytes), rotations: Number(rotations), rows: Number(rows) };
  } finally {
    db.close();
  }
}

async function onPostgres(times: number, say: (what: string) => void): Promise<Size> {
  const engine = await startPostgres(databaseSettings);
  try {
    const pool = new pg.Pool({ connectionString: engine.primary.url, connectionTimeoutMillis: 5_000 });
    await refreshAll(createPostgresStore({ pool, endsPool: true }), times, (done) =>
      say(`PostgreSQL: ${done} refreshes of each session`),
    );
    await engine.primary.ask('VACUUM tallystick.sessions');
    const found = await engine.primary.ask(`
      SELECT pg_relation_size('tallystick.sessions') + pg_indexes_size('tallystick.sessions') AS bytes,
        (SELECT sum(generation) FROM tallystick.sessions) AS rotations, (SELECT count(*) FROM tallystick.sessions) AS rows`);
    return { bytes: Number(found?.bytes), rotations: Number(found?.rotations), rows: Number(found?.rows) };
  } finally {
    await engine.remove();
  }
}

/** Every session once, and then all of them again. */
async function refreshAll(store: Store, times: number, tell: (done: number) => void): Promise<void> {
  const auth = openTallystick(await findPlace(), store);
  await auth.ready();
  const sids = (await signInUsers(auth, sessions)).map((token) => parseRefreshToken(token)?.sid ?? '');
  for (let generation = 0; generation < times; generation += 1) {
    if (generation % 100 === 0) tell(generation);
    for (let from = 0; from < sessions; from += atOnce) {
      await store.updateSessions(sids.slice(from, from + atOnce).map((sid) => bareRotation(sid, generation)));
    }
  }
  await auth.close();
}
