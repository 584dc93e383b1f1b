/**
 * The way to Redis: one server or a cluster behind the same few calls, each with a time limit, and the engine's errors as
 * `StoreError`s. A second set of connections is for what waits for replicas, since such a wait holds a whole connection.
 */
import type { StoreClock } from '../../time/store-clock.ts';
import { withDeadline } from '../../time/with-deadline.ts';
import { messageOf } from '../message-of.ts';
import { StoreError } from '../store-error.ts';
import { isCluster, type RedisClient, type RedisCluster, type RedisNode } from './driver.ts';
import { type Keys, tagOf } from './keys.ts';
import { mark, type Script } from './scripts.ts';
import { slotOf } from './slot.ts';

/** What a script is called with. All keys are in the slot of the first. */
export interface Call {
  readonly script: Script;
  readonly keys: readonly [string, ...string[]];
  readonly values?: readonly (string | number)[];
}

export interface Connection {
  send(key: string, command: readonly string[]): Promise<unknown>;
  run(call: Call): Promise<unknown>;
  /**
   * As `run`; resolves once a replica of that server has what was written there so far, this included, if there is a
   * replica. `isEnough` says of a reply that nobody needs to wait for it.
   */
  runDurably(call: Call, isEnough?: (reply: unknown) => boolean): Promise<unknown>;
  /** Resolves once a replica, if there is one, has everything that was written so far where `key` is. */
  secure(key: string): Promise<void>;
  /** What each server that is written to says of itself. */
  describe(): Promise<readonly string[]>;
  /** The clock of each of these servers, in milliseconds. */
  clocks(): Promise<readonly number[]>;
  close(): void;
}

/** How long a command may take, in milliseconds. */
const commandPatience = 2_000;
/** How long a replica may take to say that it has something, in milliseconds. */
const replicaPatience = 1_000;
/** How long a start waits for the first connection, in milliseconds. */
const connectPatience = 5_000;
/** How often a command follows a slot that has moved. */
const redirections = 5;

const sendOptions = { typeMapping: {}, timeout: commandPatience };

/** What a server says of itself beside an act: how many replicas are up, and the name of its history of writes. */
interface Mark {
  readonly replicas: number;
  readonly history: string;
}

/** Connects. What was connected before stays so when this is closed. */
export async function openConnection(
  client: RedisClient | RedisCluster,
  keys: Keys,
  clock: StoreClock,
  onHint: () => void,
): Promise<Connection> {
  const isOurs = !client.isOpen;
  const opened: { destroy(): unknown }[] = isOurs ? [client] : [];
  const duplicate = <Kind extends RedisClient | RedisCluster>(original: Kind): Kind => {
    const copy = original.duplicate() as Kind;
    opened.push(copy);
    return copy;
  };
  const close = () => {
    for (const each of opened) each.destroy();
  };
  try {
    if (isOurs) await connect(client);
    const waiting = duplicate(client);
    await connect(waiting);
    await listen(isCluster(client) ? waiting : duplicate(client), keys.channel, onHint);
    return { ...createCalls(createLink(client), createLink(waiting), keys, clock), close };
  } catch (error) {
    close();
    throw toStoreError(error);
  }
}

async function connect(client: RedisClient | RedisCluster): Promise<void> {
  let latest = '';
  // Each command tells of its own trouble; an `error` event that nobody listens to would end the process.
  client.on('error', (error) => {
    latest = `: ${messageOf(error)}`;
  });
  try {
    await withDeadline(client.connect(), connectPatience, 'no connection in time');
  } catch (error) {
    throw new StoreError(`${toStoreError(error).message}${latest}`, { cause: error });
  }
}

/** The driver listens on a connection of its own in a cluster, and on the whole client otherwise. */
async function listen(client: RedisClient | RedisCluster, channel: string, onHint: () => void): Promise<void> {
  if (!client.isOpen) await connect(client);
  // Hints may stay away, so a user without the right to them is no reason not to start.
  await withDeadline(client.subscribe(channel, onHint), commandPatience).catch(() => {});
}

interface Link {
  send(key: string, command: readonly string[]): Promise<unknown>;
  /** The server that has `key`, as far as is known here. */
  nodeOf(key: string): Promise<RedisNode>;
  /** All servers that are written to. */
  nodes(): Promise<readonly RedisNode[]>;
}

function createLink(client: RedisClient | RedisCluster): Link {
  if (!isCluster(client)) {
    return {
      send: (_key, command) => client.sendCommand([...command], sendOptions),
      nodeOf: async () => client,
      nodes: async () => [client],
    };
  }
  return {
    send: (key, command) => client.sendCommand(key, false, [...command], sendOptions),
    nodeOf: async (key) => {
      const place = client.slots[slotOf(tagOf(key))];
      if (place === undefined) throw new StoreError('Redis: a part of the cluster is not served');
      return client.nodeClient(place.master);
    },
    nodes: () => Promise.all(client.masters.map((place) => client.nodeClient(place))),
  };
}

function createCalls(link: Link, waiting: Link, keys: Keys, clock: StoreClock): Omit<Connection, 'close'> {
  const send = (key: string, command: readonly string[]) => limited(link.send(key, command));
  const takeMark = async (node: RedisNode, key: string): Promise<Mark> => {
    const reply = await limited(node.sendCommand(evalCommand(markOf(keys, key)), sendOptions));
    const [now, replicas, history] = reply as [number, number, string];
    clock.observe(now);
    return { replicas, history };
  };
  const confirm = async (node: RedisNode, key: string, before: Mark): Promise<void> => {
    if (before.replicas === 0) return;
    // In one go, so that both are on one connection: the wait is for all that this connection wrote, and so for all before.
    const marking = takeMark(node, key);
    const wait = node.sendCommand(['WAIT', '1', String(replicaPatience)], sendOptions);
    const confirmed = await limited(Promise.all([wait, marking]), commandPatience + replicaPatience);
    const after = await marking;
    if (after.history !== before.history) throw new StoreError('Redis: a failover was under way');
    if (confirmed[0] === 0 && after.replicas > 0) throw new StoreError('Redis: no replica has confirmed in time');
  };
  const secure = (key: string) =>
    redirected(waiting, key, async (node) => confirm(node, key, await takeMark(node, key)));
  const runDurably: Connection['runDurably'] = (call, isEnough = () => false) =>
    redirected(waiting, call.keys[0], async (node) => {
      const running = runOn((command) => node.sendCommand(command, sendOptions), call);
      const [reply, before] = await Promise.all([running, takeMark(node, call.keys[0])]);
      if (!isEnough(reply)) await confirm(node, call.keys[0], before);
      return reply;
    });
  const ask = async (command: string): Promise<readonly unknown[]> => {
    const nodes = await limited(link.nodes());
    return limited(Promise.all(nodes.map((node) => node.sendCommand([command], sendOptions))));
  };
  return {
    send,
    describe: async () => (await ask('INFO')).map(String),
    clocks: async () => (await ask('TIME')).map(toMilliseconds),
    run: (call) => runOn((command) => link.send(call.keys[0], command), call),
    runDurably,
    secure,
  };
}

/** Of seconds and microseconds, as `TIME` gives them. */
function toMilliseconds(reply: unknown): number {
  const [seconds, micros] = (reply as [string, string]).map(Number) as [number, number];
  return seconds * 1000 + Math.floor(micros / 1000);
}

function markOf(keys: Keys, key: string): Call {
  return { script: mark, keys: [keys.mark(key)] };
}

/** Runs a script that the server knows by its digest; a server that has forgotten it is told again. */
async function runOn(send: (command: string[]) => Promise<unknown>, call: Call): Promise<unknown> {
  try {
    return await limited(send(evalCommand(call, 'EVALSHA')));
  } catch (error) {
    if (!isReply(error, 'NOSCRIPT')) throw error;
    return limited(send(evalCommand(call)));
  }
}

function evalCommand({ script, keys, values = [] }: Call, name: 'EVAL' | 'EVALSHA' = 'EVAL'): string[] {
  const what = name === 'EVAL' ? script.source : script.digest;
  return [name, what, String(keys.length), ...keys, ...values.map(String)];
}

/** Acts on the server that has `key`. The driver follows a slot only in its own calls, so such a call shows it the way. */
async function redirected<Result>(link: Link, key: string, act: (node: RedisNode) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const node = await limited(link.nodeOf(key));
    try {
      return await act(node);
    } catch (error) {
      if (attempt === redirections || !(isReply(error, 'MOVED') || isReply(error, 'ASK'))) throw error;
      await limited(link.send(key, ['EXISTS', key]));
    }
  }
}

/** Whether the engine replied with an error of this name. */
function isReply(error: unknown, name: string): boolean {
  return error instanceof StoreError && error.cause instanceof Error && error.cause.message.startsWith(`${name} `);
}

async function limited<Value>(promise: Promise<Value>, patience: number = commandPatience): Promise<Value> {
  try {
    return await withDeadline(promise, patience);
  } catch (error) {
    throw toStoreError(error);
  }
}

function toStoreError(error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError(`Redis: ${messageOf(error)}`, { cause: error });
}
