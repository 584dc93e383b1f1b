/**
 * The long form of the Redis drills: `npm run drills:redis [-- ROUNDS]`, 10 rounds of every fault unless told otherwise.
 */
import { startRedisCluster } from '../engines/redis.ts';
import { drillOnce, redisFaults } from './redis-faults.ts';
import type { DrillResult } from './run-drill.ts';
import { type DrillRow, printDrills, summarizeDrills } from './summarize-drills.ts';

const rounds = Number(process.argv[2] ?? 10);
const engine = await startRedisCluster();
const rows: DrillRow[] = [];
for (const fault of redisFaults) {
  const results: DrillResult[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    process.stdout.write(`\r${fault.name}: ${round} of ${rounds}   `);
    results.push(await drillOnce(engine, fault, { clients: 60, before: 5_000, after: 12_000 }));
  }
  rows.push(summarizeDrills(fault.name, results));
}
await engine.remove();
printDrills(rows);
