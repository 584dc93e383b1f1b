/**
 * The store that `TALLYSTICK_STORE` names.
 */
import { createMemoryStore } from '../stores/memory/index.ts';
import { createPostgresStore } from '../stores/postgres/index.ts';
import { createRedisStore } from '../stores/redis/index.ts';
import { createSqliteStore } from '../stores/sqlite/index.ts';
import type { Store } from '../stores/store.ts';
import { ConfigError } from './config.ts';
import { redisOptions } from './redis-options.ts';

/** A store, and the file of an embedded one. */
export interface NamedStore {
  readonly store: Store;
  readonly file?: string;
  /** Whether it is gone when the process ends. */
  readonly isVolatile: boolean;
}

/** Makes the store; it is not opened. The driver of an engine is loaded only where that engine is asked for. */
export async function createNamedStore(name: string): Promise<NamedStore> {
  if (name === 'none') {
    throw new ConfigError(
      'TALLYSTICK_STORE: none is for the library, with users of the host’s own; this server keeps its users in the store',
    );
  }
  if (name === 'memory:') return { store: createMemoryStore(), isVolatile: true };
  const file = name.startsWith('sqlite:') ? name.slice('sqlite:'.length) : '';
  if (file !== '') return { store: createSqliteStore({ path: file }), file, isVolatile: false };
  if (/^postgres(ql)?:/.test(name)) return { store: await createPostgresFromUrl(name), isVolatile: false };
  if (/^rediss?(-cluster)?:/.test(name)) return { store: await createRedisFromUrl(name), isVolatile: false };
  throw new ConfigError(
    'TALLYSTICK_STORE: sqlite:FILE, memory:, postgres://…, redis://… or redis-cluster://HOST:PORT,HOST:PORT',
  );
}

async function createPostgresFromUrl(url: string): Promise<Store> {
  if (!URL.canParse(url)) throw new ConfigError('TALLYSTICK_STORE: this is not a URL');
  const { default: pg } = await loadDriver('pg', () => import('pg'));
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true });
  return createPostgresStore({ pool, endsPool: true });
}

async function createRedisFromUrl(url: string): Promise<Store> {
  const options = redisOptions(url);
  if (options === undefined) throw new ConfigError('TALLYSTICK_STORE: this is not a URL');
  const { createClient, createCluster } = await loadDriver('redis', () => import('redis'));
  return createRedisStore({
    client: 'cluster' in options ? createCluster(options.cluster) : createClient(options.client),
  });
}

/** The drivers are optional: whoever needs one installs it. */
async function loadDriver<Driver>(name: string, load: () => Promise<Driver>): Promise<Driver> {
  try {
    return await load();
  } catch (cause) {
    throw new ConfigError(`TALLYSTICK_STORE: this store needs the package ${name}: npm install ${name}`, { cause });
  }
}
