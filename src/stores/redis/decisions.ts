/**
 * Deciding and writing where somebody else may write too: read, decide, write if all is as it was read, else again.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { StoreError } from '../store-error.ts';

/** How old a decision may be when it is written, in milliseconds. */
export const decisionPatience = 5_000;

const attempts = 50;

/** Calls `attempt` until it gives something else than `undefined`, which says that somebody else was faster. */
export async function untilDone<Result>(
  attempt: () => Promise<{ readonly done: Result } | undefined>,
): Promise<Result> {
  for (let count = 1; count <= attempts; count += 1) {
    const outcome = await attempt();
    if (outcome) return outcome.done;
    await pause(randomInt(Math.min(count, 10)));
  }
  throw new StoreError('Redis: others changed the same thing all the time');
}
