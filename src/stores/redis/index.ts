/**
 * The store on Redis 7 or Valkey, one server or a cluster.
 */
export type { RedisClient, RedisCluster, RedisClusterNode, RedisCommandOptions, RedisNode } from './driver.ts';
export { createRedisStore, type RedisStoreOptions } from './redis-store.ts';
