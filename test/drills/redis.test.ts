/**
 * Failures of a Redis Cluster under load, in a short form. The long form is `npm run drills`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisEngine, startRedisCluster } from '../engines/redis.ts';
import { cutLines, drillOnce, type Fault, killMaster, loseWrites } from './redis-faults.ts';
import type { DrillResult } from './run-drill.ts';

let engine: RedisEngine;
beforeAll(async () => {
  engine = await startRedisCluster();
}, 120_000);
afterAll(() => engine.remove());

async function drill(fault: Fault): Promise<DrillResult> {
  const result = await drillOnce(engine, fault, { clients: 24, before: 1_500, after: 7_000 });
  console.log(`${fault.name}:`, result);
  return result;
}

const harmless = { signedOut: 0, undone: 0, broken: [] };

describe('servers on a Redis Cluster', () => {
  it('sign nobody out and undo no sign-out when a master is killed and its replica takes over', async () => {
    const result = await drill(killMaster);
    expect(result).toMatchObject(harmless);
    expect(result.recoveredAfter).toBeGreaterThan(0);
  }, 180_000);

  it('sign nobody out when the replica that takes over has missed the last rotations', async () => {
    const result = await drill(loseWrites);
    expect(result).toMatchObject(harmless);
    expect(result.answers.ahead).toBeGreaterThan(0);
  }, 180_000);

  it('sign nobody out and decide nothing late when no line leads to the nodes', async () => {
    const result = await drill(cutLines);
    expect(result).toMatchObject(harmless);
    expect(result.recoveredAfter).toBeGreaterThan(0);
  }, 180_000);
});
