/**
 * Long random histories of one session, decided twice: by the rule, which keeps a row, and by the reference model, which
 * remembers everything. Both have to say the same, every time.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideRefresh,
  type PresentedToken,
  type RefreshOutcome,
  type TokenPosition,
} from '../../../src/session/decide-refresh.ts';
import { endAfter } from '../../../src/session/expiry.ts';
import type { SessionPolicy } from '../../../src/session/session-policy.ts';
import type { SessionRecord } from '../../../src/session/session-record.ts';
import { sampleSession } from '../sample-session.ts';
import { type Change, endsOf, judge, type Remembered } from './reference-model.ts';

const start = 1_790_000_000_000;
const window = 30_000;

type Action =
  | {
      readonly kind: 'present';
      readonly pick: number;
      readonly with: Omit<PresentedToken, keyof TokenPosition>;
      readonly patience: number | undefined;
    }
  | { readonly kind: 'wait'; readonly time: number }
  | { readonly kind: 'lose_writes'; readonly count: number }
  | { readonly kind: 'revoke' };

/** Times that something may hinge on, and some that nothing does. */
const times = fc.oneof(
  fc.constantFrom(0, 1, 999, window / 2, window - 1, window, window + 1, 2 * window - 1, 2 * window, 2 * window + 1),
  fc.nat(4 * window),
);

const credentials = fc.record({
  clientId: fc.constantFrom(undefined, 'app', 'app', 'app', 'other'),
  keyThumbprint: fc.constantFrom('owner', 'owner', 'owner', 'owner', 'thief', undefined),
  delivery: fc.constantFrom(undefined, 'body' as const, 'cookie' as const),
});

const present: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('present' as const),
  pick: fc.oneof(fc.nat(3), fc.nat(20)),
  with: credentials,
  patience: fc.constantFrom(undefined, undefined, undefined, -1, 0, 10_000),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: present },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('wait' as const), time: times }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), time: times.map((time) => -time) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose_writes' as const), count: fc.nat(4) }) },
);

const ending: fc.Arbitrary<Action> = fc.oneof(
  { weight: 40, arbitrary: action },
  { weight: 1, arbitrary: fc.constant({ kind: 'revoke' as const }) },
);

const policy: fc.Arbitrary<SessionPolicy> = fc.record({
  retryWindow: fc.constantFrom(window, window, window, 0),
  mayLose: fc.constantFrom(0, 1, window, 2 * window),
  inactivityTimeout: fc.constantFrom(null, null, 8 * window + 500),
  absoluteLifetime: fc.constantFrom(null, null, 40 * window + 500),
});

/** A session on both sides, every token that was ever issued, and the time. */
interface History {
  now: number;
  row: SessionRecord;
  remembered: Remembered;
  readonly rows: SessionRecord[];
  readonly issued: TokenPosition[];
}

function beginHistory(limits: SessionPolicy, keyThumbprint: string | null): History {
  const newest = { generation: 0, branch: 0 };
  const row = sampleSession({
    keyThumbprint,
    inactivityEndsAt: endAfter(start, limits.inactivityTimeout),
    absoluteEndsAt: endAfter(start, limits.absoluteLifetime),
  });
  const signIn: Change = { kind: 'sign_in', at: start, used: null, newest };
  const remembered = { policy: limits, clientId: 'app', keyThumbprint, changes: [signIn] };
  return { now: start, row, remembered, rows: [row], issued: [newest] };
}

function inShort(outcome: RefreshOutcome): string {
  if ('successor' in outcome) return `${outcome.kind} ${JSON.stringify(outcome.successor)}`;
  return 'reason' in outcome ? `${outcome.kind} ${outcome.reason}` : outcome.kind;
}

/** Takes one step on both sides, and gives what the rule said, if it was asked. */
function take(history: History, step: Action): string | undefined {
  if (step.kind === 'wait') history.now += step.time;
  if (step.kind === 'lose_writes') loseWrites(history, step.count);
  if (step.kind === 'revoke') revoke(history);
  return step.kind === 'present' ? presentTo(history, step) : undefined;
}

function presentTo(history: History, step: Extract<Action, { kind: 'present' }>): string {
  const { now, row, remembered, issued } = history;
  const token = issued.at(-1 - (step.pick % issued.length)) ?? { generation: 0, branch: 0 };
  const deadline = step.patience === undefined ? undefined : now + step.patience;
  const presented = { ...token, ...step.with, deadline };
  const outcome = decideRefresh(row, presented, now, remembered.policy);
  const verdict = judge(remembered, presented, now);
  const said = inShort(outcome);
  expect(said).toBe(verdict.answer ? `${verdict.says} ${JSON.stringify(verdict.answer)}` : verdict.says);
  expect('next' in outcome).toBe(verdict.change !== undefined);
  if ('next' in outcome && verdict.change) write(history, outcome.next, verdict.change);
  const { answer } = verdict;
  if (answer && !issued.some((known) => inOrder(known, answer) === 0)) issued.push(answer);
  issued.sort(inOrder);
  return outcome.kind;
}

function write(history: History, row: SessionRecord, change: Change): void {
  history.row = row;
  history.rows.push(row);
  history.remembered = { ...history.remembered, changes: [...history.remembered.changes, change] };
  const { inactivity, absolute } = endsOf(history.remembered);
  expect(row.inactivityEndsAt ?? Number.POSITIVE_INFINITY).toBe(inactivity);
  expect(row.absoluteEndsAt ?? Number.POSITIVE_INFINITY).toBe(absolute);
}

/** A failover: the row is what it was some writes ago, and the model forgets as many. */
function loseWrites(history: History, count: number): void {
  const kept = Math.max(history.rows.length - count, 1);
  history.rows.length = kept;
  history.row = history.rows.at(-1) ?? history.row;
  history.remembered = { ...history.remembered, changes: history.remembered.changes.slice(0, kept) };
}

function revoke(history: History): void {
  const newest = history.remembered.changes.at(-1)?.newest ?? { generation: 0, branch: 0 };
  const change: Change = { kind: 'revoked', at: history.now, used: null, newest };
  write(history, { ...history.row, revokedAt: history.now }, change);
}

function inOrder(one: TokenPosition, other: TokenPosition): number {
  return one.generation - other.generation || one.branch - other.branch;
}

describe('decideRefresh and a model that remembers everything', () => {
  it('say the same through long histories, whatever happens', () => {
    const said = new Map<string, number>();
    fc.assert(
      fc.property(
        policy,
        fc.constantFrom(null, null, 'owner'),
        fc.array(ending, { minLength: 20, maxLength: 120, size: 'max' }),
        (limits, key, actions) => {
          const history = beginHistory(limits, key);
          for (const step of actions) {
            const kind = take(history, step);
            if (kind !== undefined) said.set(kind, (said.get(kind) ?? 0) + 1);
          }
        },
      ),
      { numRuns: 2000 },
    );
    for (const kind of ['rotate', 'retry', 'rebranch', 'ahead', 'replayed', 'refused', 'unavailable']) {
      expect(said.get(kind) ?? 0, `the histories have enough of ${kind}`).toBeGreaterThan(200);
    }
  }, 120_000);
});
