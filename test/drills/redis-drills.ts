/**
 * The long form of the Redis drills: `npm run drills:redis [-- ROUNDS]`, 10 rounds of every fault unless told otherwise, on
 * a cluster for each fault that is repaired between two rounds.
 */
import { startRedisCluster } from '../engines/redis.ts';
import { drillOnce, type Fault, redisFaults } from './redis-faults.ts';
import { longLoad, type RepeatedDrill, repeatDrills } from './repeat-drills.ts';

await repeatDrills(redisFaults.map(onOwnCluster), Number(process.argv[2] ?? 10));

function onOwnCluster(fault: Fault): RepeatedDrill {
  const engine = startRedisCluster();
  return {
    name: fault.name,
    run: async () => drillOnce(await engine, fault, longLoad),
    leave: async () => (await engine).remove(),
  };
}
