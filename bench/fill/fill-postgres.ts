/**
 * Fills a new PostgreSQL server through the store's own tables, in large statements whose commits nobody waits for.
 */
import pg from 'pg';
import type { Run } from '../../src/stores/postgres/connection.ts';
import { createPostgresStore } from '../../src/stores/postgres/index.ts';
import { prepareSessions } from '../../src/stores/postgres/sessions.ts';
import { prepareDevices } from '../../src/stores/postgres/subjects.ts';
import { startPostgres } from '../../test/engines/postgres.ts';
import { databaseSettings } from '../servers/serve-postgres.ts';
import { createBar, type FilledStore } from './filled-store.ts';
import { planRows, type RowPlan } from './plan-rows.ts';

const schema = 'tallystick';
const rowsOfStatement = 2_000;
/** The log of a filling is long, and its checkpoints need not be short. */
const fillingSettings: readonly string[] = ['max_wal_size = 4GB'];

export async function fillPostgres(count: number, say: (what: string) => void): Promise<FilledStore> {
  const engine = await startPostgres([...databaseSettings, ...fillingSettings]);
  const { url } = engine.primary;
  const connect = (options?: string) =>
    new pg.Pool({ connectionString: url, connectionTimeoutMillis: 5_000, ...(options ? { options } : {}) });
  const open = () => createPostgresStore({ pool: connect(), endsPool: true });
  try {
    const plan = planRows(count, await makeStore(open()));
    const pool = connect('-c synchronous_commit=off');
    await insertAll((statement) => pool.query(statement as pg.QueryConfig), plan, say);
    say('vacuuming');
    await pool.query('VACUUM ANALYZE');
    await pool.query('CHECKPOINT');
    await pool.end();
    const size = `SELECT pg_relation_size('${schema}.sessions') + pg_indexes_size('${schema}.sessions') AS bytes`;
    return {
      plan,
      name: url,
      open,
      sessionBytes: async () => Number((await engine.primary.ask(size))?.bytes),
      remove: () => engine.remove(),
    };
  } catch (error) {
    await engine.remove();
    throw error;
  }
}

async function makeStore(store: ReturnType<typeof createPostgresStore>): Promise<Uint8Array> {
  await store.open();
  const shardSecret = await store.shardSecret();
  await store.close();
  return shardSecret;
}

async function insertAll(run: Run, plan: RowPlan, say: (what: string) => void): Promise<void> {
  const [sessions, devices] = [prepareSessions(schema), prepareDevices(schema)];
  await inBatches(plan.inOrderOfIds(), createBar('sessions', plan.count, say), (indexes) =>
    sessions.put(run, indexes.map(plan.session)),
  );
  await inBatches(Array(plan.count).keys(), createBar('devices', plan.count, say), (indexes) =>
    devices.put(run, indexes.map(plan.device)),
  );
}

async function inBatches(
  indexes: Iterable<number>,
  tell: (done: number) => void,
  insert: (indexes: readonly number[]) => Promise<void>,
): Promise<void> {
  let batch: number[] = [];
  let done = 0;
  const flush = async () => {
    await insert(batch);
    done += batch.length;
    batch = [];
    tell(done);
  };
  for (const index of indexes) {
    batch.push(index);
    if (batch.length === rowsOfStatement) await flush();
  }
  if (batch.length > 0) await flush();
}
