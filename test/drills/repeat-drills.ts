/**
 * The long form of drills: rounds of every fault, one after another for each and the faults beside each other, since a drill
 * is mostly waiting. Prints a table of figures for each fault, and makes the process fail where one has done harm.
 */
import type { DrillResult } from './run-drill.ts';
import { isHarmless, summarizeDrills } from './summarize-drills.ts';

export interface RepeatedDrill {
  readonly name: string;
  /** One round. */
  run(): Promise<DrillResult>;
  /** Gives up whatever the rounds ran on. */
  leave(): Promise<void>;
}

/** The load of one round, in the long form. */
export const longLoad = { clients: 30, before: 2_000, after: 8_000 } as const;

export async function repeatDrills(drills: readonly RepeatedDrill[], rounds: number): Promise<void> {
  const startedAt = performance.now();
  const results = await Promise.all(drills.map((drill) => repeat(drill, rounds)));
  const tables = results.map(summarizeDrills);
  for (const [index, table] of tables.entries()) {
    console.log(`\n${drills[index]?.name}, ${rounds} rounds:`);
    console.table(table);
  }
  for (const line of results.flat().flatMap(({ broken }) => broken)) console.log('broken:', line);
  const isGood = tables.every(isHarmless);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`${isGood ? 'Nobody was signed out and nothing came undone' : 'Harm was done'}; ${seconds} s.`);
  process.exitCode = isGood ? 0 : 1;
}

async function repeat({ name, run, leave }: RepeatedDrill, rounds: number): Promise<readonly DrillResult[]> {
  const results: DrillResult[] = [];
  while (results.length < rounds) {
    results.push(await run());
    console.log(`${name}: ${results.length} of ${rounds}`);
  }
  await leave();
  return results;
}
