/**
 * Private Redis servers for the tests: a single one, and a cluster of three masters with a replica each, on free loopback
 * ports. Nothing of this machine's own Redis is touched.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';
import { findProgram } from '../../tools/programs.mjs';
import { createEngineFolder, type EngineFolder } from './engine-folder.ts';

/** One server. It keeps its port and its data while it is down. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  isRunning(): boolean;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** `kill -9`: nothing is finished, nothing is said. */
  kill(): Promise<void>;
  /** Stands still with its connections open, as behind a broken line. */
  freeze(): void;
  thaw(): void;
  /** What it answers to one command. */
  ask(...command: string[]): Promise<string>;
}

export interface RedisEngine {
  readonly url: string;
  /** Masters first. */
  readonly servers: readonly RedisServer[];
  /** Starts again what was killed; resolves when everything is as it should be. */
  repair(): Promise<void>;
  /** Kills all and removes their data. */
  remove(): Promise<void>;
}

/** How long the nodes of a test's cluster wait before they take a silent one for dead, in milliseconds. */
const nodeTimeout = 2_000;

/** Starts a new empty server. `settings` are words of the command line. */
export async function startRedis(settings: readonly string[] = []): Promise<RedisEngine> {
  const folder = createEngineFolder('redis');
  const server = await createRedisServer(folder, 'single', ['--save', '', '--appendonly', 'no', ...settings]);
  await server.start();
  return { url: server.url, servers: [server], repair: () => startKilled([server]), remove: () => folder.remove() };
}

/** Starts three masters, each with a replica, as one new cluster. */
export async function startRedisCluster(): Promise<RedisEngine> {
  const folder = createEngineFolder('redis');
  const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(nodeTimeout)];
  // A master otherwise waits for further replicas before it sends anything to the first.
  const replication = ['--repl-diskless-sync-delay', '0'];
  const persistence = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'];
  const names = Array.from({ length: 6 }, (_, index) => `node-${index + 1}`);
  const servers = await Promise.all(
    names.map((name) => createRedisServer(folder, name, [...settings, ...replication, ...persistence])),
  );
  await Promise.all(servers.map((server) => server.start()));
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`);
  const create = ['--cluster', 'create', ...hosts, '--cluster-replicas', '1', '--cluster-yes'];
  folder.run(program('redis-cli'), create);
  await untilWhole(servers);
  const repair = async () => {
    await startKilled(servers);
    await untilWhole(servers);
  };
  return { url: `redis-cluster://${hosts.join(',')}`, servers, repair, remove: () => folder.remove() };
}

async function startKilled(servers: readonly RedisServer[]): Promise<void> {
  await Promise.all(servers.filter((server) => !server.isRunning()).map((server) => server.start()));
}

/** Every node sees every slot served, and every master has its replica up. */
async function untilWhole(servers: readonly RedisServer[]): Promise<void> {
  await until('the cluster is whole', async () => {
    const states = await Promise.all(servers.map((server) => server.ask('CLUSTER', 'INFO')));
    const links = await Promise.all(servers.map((server) => server.ask('INFO', 'replication')));
    const isUp = (text: string) => text.includes('state=online') || text.includes('master_link_status:up');
    return states.every((text) => text.includes('cluster_state:ok')) && links.every(isUp);
  });
}

/** Asks again and again until it is so. */
export async function until(what: string, isTrue: () => Promise<boolean>, patience: number = 60_000): Promise<void> {
  for (const giveUpAt = performance.now() + patience; !(await isTrue().catch(() => false)); await wait(50)) {
    if (performance.now() > giveUpAt) throw new Error(`in vain: ${what}`);
  }
}

async function createRedisServer(
  folder: EngineFolder,
  name: string,
  settings: readonly string[],
): Promise<RedisServer> {
  const port = await findClusterPort();
  const url = `redis://127.0.0.1:${port}`;
  folder.run('mkdir', [name]);
  let running: ChildProcess | undefined;
  const ask = async (...command: string[]) => {
    const client = createClient({ url, socket: { connectTimeout: 1_000, reconnectStrategy: false } });
    client.on('error', () => {});
    try {
      await client.connect();
      return String(await client.sendCommand(command));
    } finally {
      client.destroy();
    }
  };
  return {
    port,
    url,
    isRunning: () => running !== undefined && running.exitCode === null,
    start: async () => {
      const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', join(folder.path, name)];
      const server = folder.start(name, program('redis-server'), [...place, ...settings]);
      running = server;
      await until(`${name} answers`, async () => server.exitCode !== null || (await ask('PING')) === 'PONG');
      if (server.exitCode !== null) throw new Error(`${name} has ended`);
    },
    kill: async () => {
      const ending = running;
      running = undefined;
      if (ending === undefined || ending.exitCode !== null) return;
      ending.kill('SIGKILL');
      await once(ending, 'exit');
    },
    freeze: () => {
      running?.kill('SIGSTOP');
    },
    thaw: () => {
      running?.kill('SIGCONT');
    },
    ask,
  };
}

const taken = new Set<number>();

/**
 * A free port whose neighbour ten thousand further, which nodes of a cluster talk on, is free too. Both lie below those that
 * the machine gives to outgoing connections, and no port is another's neighbour.
 */
async function findClusterPort(): Promise<number> {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 9_000);
    if (taken.has(port)) continue;
    taken.add(port);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

/** Whether nothing listens on a loopback port, nor is connected from it. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** The programs of Debian's packages lie together. */
function program(name: 'redis-server' | 'redis-cli'): string {
  const server = findProgram('Redis');
  if (server === undefined) throw new Error('Redis is not installed: `npm test` sees to it');
  return join(dirname(server), name);
}
