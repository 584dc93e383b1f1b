/**
 * What goes wrong with a Redis Cluster in the drills.
 */
import { type RedisEngine, type RedisServer, until } from '../engines/redis.ts';
import { pause } from './honest-client.ts';
import { type DrillOptions, type DrillResult, type DrillUnderWay, runDrill } from './run-drill.ts';

export interface Fault {
  readonly name: string;
  readonly losesWrites: boolean;
  fail(engine: RedisEngine, drill: DrillUnderWay): Promise<void>;
}

/** How long the lines are cut, and for how long a replica is missing before its master dies, in milliseconds. */
const cutFor = 5_000;
const missingFor = 7_000;
/** How long a sign-out takes at most to be through, in milliseconds. */
const drainFor = 1_000;

export const killMaster: Fault = {
  name: 'kill -9 of a master',
  losesWrites: false,
  fail: async ({ servers }) => {
    const { master } = await somePair(servers);
    await master.kill();
  },
};

export const loseWrites: Fault = {
  name: 'failover to a replica that has missed the last writes',
  losesWrites: true,
  fail: async ({ servers }, { holdSignOuts, resumeSignOuts, startClock }) => {
    const { master, replica } = await somePair(servers);
    // A sign-out while no replica is up is acknowledged by the master alone, and the docs say so.
    await holdSignOuts();
    await pause(drainFor);
    await replica.kill();
    await pause(missingFor);
    startClock();
    await master.kill();
    await replica.start();
    await until('the replica takes over', async () => {
      await replica.ask('CLUSTER', 'FAILOVER', 'TAKEOVER').catch(() => {});
      return (await replica.ask('ROLE')).startsWith('master');
    });
    resumeSignOuts();
  },
};

export const cutLines: Fault = {
  name: 'no line between servers and nodes',
  losesWrites: false,
  fail: async ({ servers }) => {
    // Commands go in and no answer comes out; then they are carried out after all, long after they were given up.
    await Promise.all(servers.map((server) => server.ask('CLIENT', 'PAUSE', String(cutFor), 'ALL')));
    await pause(cutFor);
  },
};

export const redisFaults: readonly Fault[] = [killMaster, loseWrites, cutLines];

/** One drill on a cluster that is whole at its beginning. */
export async function drillOnce(
  engine: RedisEngine,
  { losesWrites, fail }: Fault,
  load: Pick<DrillOptions, 'clients' | 'before' | 'after'>,
): Promise<DrillResult> {
  await engine.repair();
  return runDrill({ ...load, store: engine.url, losesWrites, fail: (underWay) => fail(engine, underWay) });
}

/** A master and its replica, as they are now. */
async function somePair(servers: readonly RedisServer[]): Promise<{ master: RedisServer; replica: RedisServer }> {
  for (const replica of servers) {
    const [role, , port] = (await replica.ask('ROLE').catch(() => '')).split(',');
    const master = servers.find((server) => server.port === Number(port));
    if (role === 'slave' && master) return { master, replica };
  }
  throw new Error('no master has a replica');
}
