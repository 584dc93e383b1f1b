/**
 * The options of the Redis driver, from a URL: `redis://` and `rediss://` for one server, `redis-cluster://` and
 * `rediss-cluster://` for a cluster, which names some of its nodes: `redis-cluster://USER:PASSWORD@HOST:PORT,HOST:PORT`.
 */

/** Options for `createClient` of `redis`. */
export interface RedisClientSettings extends ConnectionSettings {
  readonly url: string;
}

/** Options for `createCluster` of `redis`. */
export interface RedisClusterSettings {
  readonly rootNodes: { readonly url: string }[];
  readonly defaults: ConnectionSettings & { readonly username?: string; readonly password?: string };
  readonly topologyRefreshOnReconnectionAttemptStrategy: number;
}

interface ConnectionSettings {
  readonly pingInterval: number;
  readonly socket: SocketSettings;
}

interface SocketSettings {
  readonly connectTimeout: number;
  readonly socketTimeout: number;
  readonly tls?: true;
  reconnectStrategy(retries: number): number;
}

/**
 * A connection on which nothing has come back for a while is given up, so that a broken line is not waited for; and made
 * again until it works, whereas the driver by itself takes such an end for final.
 */
const connection: ConnectionSettings = {
  pingInterval: 1_000,
  socket: {
    connectTimeout: 2_000,
    socketTimeout: 4_000,
    reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1_000) * (0.5 + Math.random()),
  },
};
/** How long a node is missing before the others are asked who has taken over, in milliseconds. */
const topologyRefreshAfter = 500;

/** What `url` asks for, or `undefined` where it is no such URL. */
export function redisOptions(
  url: string,
): { readonly client: RedisClientSettings } | { readonly cluster: RedisClusterSettings } | undefined {
  const [, scheme, clustered, access, hosts] = /^(rediss?)(-cluster)?:\/\/(?:([^@]*)@)?([^/?#]+)/.exec(url) ?? [];
  if (scheme === undefined || hosts === undefined) return undefined;
  const nodes = clustered ? hosts.split(',').map((host) => `${scheme}://${host}`) : [url];
  if (!nodes.every((node) => URL.canParse(node))) return undefined;
  if (!clustered) return { client: { ...connection, url } };
  const tls = scheme === 'rediss' ? { tls: true as const } : {};
  return {
    cluster: {
      rootNodes: nodes.map((node) => ({ url: node })),
      defaults: { ...connection, socket: { ...connection.socket, ...tls }, ...credentials(access) },
      topologyRefreshOnReconnectionAttemptStrategy: topologyRefreshAfter,
    },
  };
}

function credentials(access: string | undefined): { username?: string; password?: string } {
  if (access === undefined) return {};
  const [username = '', password = ''] = access.split(':').map(decodeURIComponent);
  return { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}
