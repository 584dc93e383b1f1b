/**
 * The acts that many cases have in common, each on one store.
 */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Decision, Revocation, SessionWrite, Store, SubjectKey, SubjectWrite } from '../store.ts';

/** Writes something of one user, whatever is there. */
export async function writeSubject(store: Store, key: SubjectKey, write: SubjectWrite): Promise<void> {
  await store.updateSubject({ ...key, decide: () => ({ write, result: undefined }) });
}

/** Tells the feed something in a transaction of its own. */
export async function revoke(store: Store, key: SubjectKey, ...revocations: readonly Revocation[]): Promise<void> {
  await writeSubject(store, key, { revocations });
}

/** Acts on one session. */
export async function updateSession<Result>(
  store: Store,
  sid: string,
  decide: (session: SessionRecord | undefined, now: number) => Decision<SessionWrite, Result>,
): Promise<Result> {
  const results = await store.updateSessions([{ sid, decide }]);
  assert.equal(results.length, 1, 'one update has one result');
  return results[0] as Result;
}

/** The row of a session that must be there. */
export async function readSession(store: Store, sid: string): Promise<SessionRecord> {
  const [session] = await store.findSessions([sid]);
  assert.ok(session, 'the session is there');
  return session;
}

/** Moves a session one generation on and gives the generation it found: a counter that loses nothing only if nobody races. */
export async function countUp(store: Store, sid: string): Promise<number> {
  return updateSession(store, sid, (session) => {
    assert.ok(session, 'the session is there');
    return { write: { next: { ...session, generation: session.generation + 1 } }, result: session.generation };
  });
}

/** Sweeps until the store says that it has been through everything. Gives what each step removed. */
export async function sweep(store: Store, limit: number): Promise<readonly number[]> {
  const steps: number[] = [];
  for (let isDone = false; !isDone; ) {
    const { removed, done } = await store.removeExpired(limit);
    steps.push(removed);
    isDone = done;
    assert.ok(steps.length < 1_000, 'the sweep comes to an end');
  }
  return steps;
}

/** Lets everything else have its turn until `isTrue`; ten seconds of that are enough. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const giveUpAt = performance.now() + 10_000; !(await isTrue()); ) {
    assert.ok(performance.now() < giveUpAt, `in time: ${what}`);
    await turn();
  }
}

/** 0 to `count - 1`. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
