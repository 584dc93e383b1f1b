/**
 * Random rows and random tokens: a store that writes plain rotations without a read must write one exactly where the rule
 * says `rotate`, and must write what the rule says. Times keep away from every boundary that the clock could cross between
 * the making of a case and its decision.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { encodeSessionId } from '../../src/protocol/session-id.ts';
import { decideRefresh, type PresentedToken } from '../../src/session/decide-refresh.ts';
import { plainRotation } from '../../src/session/plain-rotation.ts';
import type { SessionPolicy } from '../../src/session/session-policy.ts';
import type { SessionRecord } from '../../src/session/session-record.ts';
import type { SessionUpdate, Store } from '../../src/stores/store.ts';
import { sampleSession } from '../rotation/sample-session.ts';

interface Case {
  readonly row: SessionRecord;
  readonly presented: PresentedToken;
  readonly policy: SessionPolicy;
}

interface Told {
  readonly next: SessionRecord;
  readonly now: number;
  readonly wasPlain: boolean;
}

const window = 60_000;
const hour = 3_600_000;
const margin = 10_000;
const beside = { lastAddress: '203.0.113.7', lastAgent: 'random' };

/** Puts `count` random rows into the store, presents a random token to each, all at once, and compares with the rule. */
export async function checkPlainRotations(store: Store, count: number, seed: number): Promise<void> {
  const now = await store.checkHealth();
  const shardTag = Uint8Array.from(randomBytes(4));
  const cases = fc.sample(someCase(now, shardTag), { numRuns: count, seed });
  await store.updateSubject({
    subject: 'alice',
    shardTag,
    decide: () => ({ write: { putSessions: cases.map(({ row }) => row) }, result: undefined }),
  });
  const told = await store.updateSessions(cases.map(updateOf));
  const after = await store.findSessions(cases.map(({ row }) => row.sid));
  let rotations = 0;
  for (const [index, tried] of cases.entries()) {
    const outcome = told[index];
    assert.ok(outcome);
    rotations += Number(outcome.wasPlain);
    check(tried, outcome, after[index]);
  }
  assert.ok(rotations > count / 20, `${rotations} of ${count} rotate, too few to say anything`);
}

function check({ row, presented, policy }: Case, told: Told, after: SessionRecord | undefined): void {
  const outcome = decideRefresh(row, presented, told.now, policy);
  const what = JSON.stringify({ row, presented, policy, now: told.now, outcome: outcome.kind });
  assert.equal(told.wasPlain, outcome.kind === 'rotate', what);
  assert.deepEqual(after, 'next' in outcome ? { ...outcome.next, ...beside } : row, what);
  assert.deepEqual(told.next, after, what);
}

function updateOf({ row: { sid }, presented, policy }: Case): SessionUpdate<Told> {
  return {
    sid,
    plain: {
      ...plainRotation(presented, policy),
      ...beside,
      conclude: (next, now) => ({ next, now, wasPlain: true }),
    },
    decide: (session, now) => {
      assert.ok(session);
      const outcome = decideRefresh(session, presented, now, policy);
      const next = 'next' in outcome ? { ...outcome.next, ...beside } : session;
      return { write: next === session ? undefined : { next }, result: { next, now, wasPlain: false } };
    },
  };
}

function someCase(now: number, shardTag: Uint8Array): fc.Arbitrary<Case> {
  const small = fc.nat(2);
  const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 2 });
  const at = (...offsets: readonly number[]) => fc.constantFrom(...offsets.map((offset) => now + offset));
  // An end that is reached and one that is not; and each side of the window, in the past and in the future.
  const end = orNull(at(-hour, -1, 0, hour, 2 * hour, hour, 2 * hour));
  const change = at(-hour, -window, -hour, -window + margin, 0, window - margin, window + margin, hour);
  const row = fc.record({
    clientId: fc.constantFrom('app', 'other'),
    keyThumbprint: fc.option(fc.constantFrom('key', 'another'), { freq: 1 }),
    generation: fc.constantFrom(0, 1, 5, 5, 5),
    branch: small,
    parentBranch: orNull(small),
    grandparentBranch: orNull(small),
    changedAt: orNull(change),
    aheadUntil: orNull(at(-hour, hour)),
    inactivityEndsAt: end,
    absoluteEndsAt: end,
    revokedAt: fc.constantFrom(null, null, null, null, null, null, now - hour),
  });
  const presented = fc.record(
    {
      generation: fc.constantFrom(4, 5, 5, 5, 5, 6, 0),
      branch: small,
      clientId: fc.constantFrom(undefined, 'app', 'other'),
      keyThumbprint: fc.constantFrom(undefined, 'key', 'another'),
      deadline: fc.constantFrom(undefined, now + hour, now - 1),
    },
    { requiredKeys: ['generation', 'branch'] },
  );
  const policy = fc.record({
    retryWindow: fc.constantFrom(window, window, window, 0),
    mayLose: fc.constantFrom(0, 60_000),
    inactivityTimeout: orNull(fc.constantFrom(hour, 86_400_000)),
    absoluteLifetime: fc.constant(null),
  });
  return fc.record({ row, presented, policy }).map((parts) => ({
    ...parts,
    row: sampleSession({ ...parts.row, sid: encodeSessionId({ shardTag, startedAt: now, random: randomBytes(6) }) }),
  }));
}
