/**
 * Attempts that are counted, in Redis: each key in a part of its own, each step one script, and what is over is dropped by
 * Redis itself. No replica is waited for: a failover may lose the latest failures.
 */
import type { AttemptAdmission, AttemptEnd, AttemptStart } from '../store.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { endAttempt as end, startAttempt as start } from './scripts.ts';

export async function startAttempt(
  connection: Connection,
  keys: Keys,
  { key, id, limit, heldFor }: AttemptStart,
): Promise<AttemptAdmission> {
  const reply = await connection.run({ script: start, keys: [keys.attempts(key)], values: [id, limit, heldFor] });
  const [isAdmitted, retryAfter] = reply as [number, number];
  if (isAdmitted === 1) return { kind: 'admitted' };
  return retryAfter > 0 ? { kind: 'refused', retryAfter } : { kind: 'crowded' };
}

export async function endAttempt(
  connection: Connection,
  keys: Keys,
  { key, id, outcome, countedFor }: AttemptEnd,
): Promise<void> {
  await connection.run({ script: end, keys: [keys.attempts(key)], values: [id, outcome, countedFor] });
}
