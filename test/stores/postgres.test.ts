/**
 * The conformance suite on PostgreSQL, each store in a schema of its own.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { storeConformance } from '../../src/stores/conformance/index.ts';
import { createPostgresStore } from '../../src/stores/postgres/index.ts';
import type { Store } from '../../src/stores/store.ts';
import { borrowPostgres } from '../engines/postgres.ts';

let engine: Awaited<ReturnType<typeof borrowPostgres>>;
beforeAll(async () => {
  engine = await borrowPostgres();
});
afterAll(async () => {
  await dropSchemas();
  await engine.remove();
});

const run = `${process.pid}_${Date.now().toString(36)}`;
const schemas = new WeakMap<Store, string>();
const made: string[] = [];

async function openSchema(schema: string): Promise<Store> {
  const pool = new pg.Pool({ connectionString: engine.url, max: 5, connectionTimeoutMillis: 5_000 });
  const store = createPostgresStore({ pool, schema, endsPool: true });
  schemas.set(store, schema);
  await store.open();
  return store;
}

async function dropSchemas(): Promise<void> {
  const client = new pg.Client(engine.url);
  await client.connect();
  for (const schema of made) await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.end();
}

describe('the PostgreSQL store', () => {
  const cases = storeConformance({
    open: () => {
      const schema = `tallystick_test_${run}_${made.length}`;
      made.push(schema);
      return openSchema(schema);
    },
    another: (store) => openSchema(schemas.get(store) ?? ''),
  });
  for (const { name, run: check } of cases) test(name, check);
});
