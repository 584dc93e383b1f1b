/**
 * Stores on one PostgreSQL server, each new one in a schema of its own.
 */
import pg from 'pg';
import { createPostgresStore, type PostgresStoreOptions } from '../../src/stores/postgres/index.ts';
import type { Store } from '../../src/stores/store.ts';

export interface PostgresSchemas {
  /** An open store on a schema that nobody has used, or on the one that is given. */
  open(schema?: string, options?: Partial<PostgresStoreOptions> & pg.PoolConfig): Promise<Store>;
  schemaOf(store: Store): string;
  /** Statements beside the stores' own, as somebody with all rights. */
  query(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  connect(): Promise<pg.Client>;
  /** Drops what was made. */
  drop(): Promise<void>;
}

export function createSchemas(url: string): PostgresSchemas {
  const prefix = `tallystick_test_${process.pid}_${Date.now().toString(36)}`;
  const schemas = new WeakMap<Store, string>();
  let made = 0;
  const connect = async () => {
    const client = new pg.Client(url);
    await client.connect();
    return client;
  };
  const query = async (text: string, values?: unknown[]) => {
    const client = await connect();
    try {
      return await client.query(text, values);
    } finally {
      await client.end();
    }
  };
  return {
    open: async (given, { max = 5, connectionString = url, ...options } = {}) => {
      const schema = given ?? `${prefix}_${++made}`;
      const pool = new pg.Pool({ connectionString, max, connectionTimeoutMillis: 5_000 });
      const store = createPostgresStore({ pool, schema, endsPool: true, ...options });
      schemas.set(store, schema);
      await store.open();
      return store;
    },
    schemaOf: (store) => schemas.get(store) ?? '',
    query,
    connect,
    drop: async () => {
      for (; made > 0; made -= 1) await query(`DROP SCHEMA IF EXISTS ${prefix}_${made} CASCADE`);
    },
  };
}
