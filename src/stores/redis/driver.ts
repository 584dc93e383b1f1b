/**
 * What the store asks of the driver: the few methods it calls of a client or a cluster made with `redis` (node-redis, 5 and
 * newer). It is the user's own; nothing here imports a driver. Commands go out as text, so that neither the driver's
 * command table nor its key prefix matters.
 */

/** How one command is sent. */
export interface RedisCommandOptions {
  /** No conversions but the driver's own: replies are text, numbers, `null` and arrays of them. */
  readonly typeMapping?: Record<never, never>;
  /** How long the command may wait to be written, in milliseconds. */
  readonly timeout?: number;
}

/** A connection to one server. */
export interface RedisNode {
  sendCommand(command: string[], options?: RedisCommandOptions): Promise<unknown>;
}

interface RedisLifecycle<Same> {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  destroy(): unknown;
  /** One of the same kind, with the same options, that is not connected. */
  duplicate(): Same;
  subscribe(channel: string, listener: () => void): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** `createClient` of `redis`, or one like it. */
export interface RedisClient extends RedisNode, RedisLifecycle<RedisClient> {}

/** A place in a cluster; the driver makes something of it that the store does not look into. */
export type RedisClusterNode = object;

/** `createCluster` of `redis`, or one like it. */
export interface RedisCluster extends RedisLifecycle<RedisCluster> {
  readonly masters: readonly RedisClusterNode[];
  /** Who serves each of the 16,384 slots, as far as the driver knows. */
  readonly slots: readonly { readonly master: RedisClusterNode }[];
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    command: string[],
    options?: RedisCommandOptions,
  ): Promise<unknown>;
  nodeClient(node: RedisClusterNode): Promise<RedisNode>;
}

export function isCluster(client: RedisClient | RedisCluster): client is RedisCluster {
  return 'nodeClient' in client;
}
