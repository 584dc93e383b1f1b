/**
 * The conformance suite on Redis, and sign-ins and passwords at two servers there: on one Redis and on a cluster, each store under a prefix
 * of its own.
 */
import { createClient, createCluster } from 'redis';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { redisOptions } from '../../src/cli/redis-options.ts';
import { storeConformance } from '../../src/stores/conformance/index.ts';
import { createRedisStore, type RedisClient, type RedisCluster } from '../../src/stores/redis/index.ts';
import type { Store } from '../../src/stores/store.ts';
import { type RedisEngine, startRedis, startRedisCluster } from '../engines/redis.ts';
import { checkGuesses } from './check-guesses.ts';
import { checkSetPassword } from './check-set-password.ts';

interface Subject {
  readonly name: string;
  start(): Promise<Pick<RedisEngine, 'url' | 'remove'>>;
}

const single: Subject = { name: 'one Redis server', start: () => startRedis() };
const cluster: Subject = { name: 'a Redis Cluster', start: startRedisCluster };
const yours = process.env.TALLYSTICK_TEST_REDIS_URL;
const subjects: readonly Subject[] =
  yours === undefined
    ? [single, cluster]
    : [{ name: 'your Redis', start: async () => ({ url: yours, remove: async () => {} }) }];

function connect(url: string): RedisClient | RedisCluster {
  const options = redisOptions(url);
  if (options === undefined) throw new Error('this is no URL of a Redis');
  return 'cluster' in options ? createCluster(options.cluster) : createClient(options.client);
}

describe.each(subjects)('the store on $name', ({ start }) => {
  let engine: Pick<RedisEngine, 'url' | 'remove'>;
  beforeAll(async () => {
    engine = await start();
  }, 120_000);
  afterAll(() => engine.remove());

  const run = `test-${process.pid}-${Date.now().toString(36)}`;
  const prefixes = new WeakMap<Store, string>();
  let made = 0;

  async function open(prefix: string): Promise<Store> {
    const store = createRedisStore({ client: connect(engine.url), prefix });
    prefixes.set(store, prefix);
    await store.open();
    return store;
  }

  const cases = storeConformance({
    open: () => {
      made += 1;
      return open(`${run}-${made}`);
    },
    another: (store) => open(prefixes.get(store) ?? ''),
  });
  for (const { name, run: check } of cases) test(name, check);

  test('has two servers check as many guesses as one', async () => {
    const prefix = `${run}-guesses`;
    await checkGuesses([await open(prefix), await open(prefix)]);
  });

  test('has a password that is set at one server be the one at another', async () => {
    const prefix = `${run}-password`;
    await checkSetPassword([await open(prefix), await open(prefix)]);
  });
});
