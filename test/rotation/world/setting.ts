/**
 * A world's bounds together with the rule that is tried in it, and the first state. The rule is told times in milliseconds;
 * nothing here knows what it will decide.
 */
import type {
  decideRefresh,
  PresentedToken,
  RefreshOutcome,
  TokenPosition,
} from '../../../src/session/decide-refresh.ts';
import { endAfter } from '../../../src/session/expiry.ts';
import type { SessionPolicy } from '../../../src/session/session-policy.ts';
import type { SessionRecord } from '../../../src/session/session-record.ts';
import { sampleSession } from '../sample-session.ts';
import type { WorldBounds, WorldState } from './world.ts';

/** The rule's shape: `decideRefresh`, or a broken variant of it. */
export type RotationRule = typeof decideRefresh;

/** What is tried: a rule, and a store that writes only if the row is as it was read, or one that does not look again. */
export interface Candidate {
  readonly rule: RotationRule;
  readonly store: 'compare-and-set' | 'blind-write';
}

/** Bounds and candidate, with what follows from both. */
export interface Setting extends Candidate {
  readonly bounds: WorldBounds;
  readonly policy: SessionPolicy;
}

/** What the rule is told a unit is. */
export const millisecondsAUnit = 1000;
const epoch = 1_000_000_000;
const ownersKey = 'owner';

const inMilliseconds = (units: number | null): number | null => (units === null ? null : units * millisecondsAUnit);

/** The setting of `candidate` in a world. */
export function createSetting(bounds: WorldBounds, candidate: Candidate): Setting {
  const policy = {
    retryWindow: bounds.window * millisecondsAUnit,
    mayLose: bounds.mayLose * millisecondsAUnit,
    inactivityTimeout: inMilliseconds(bounds.inactivityTimeout),
    absoluteLifetime: inMilliseconds(bounds.absoluteLifetime),
  };
  return { ...candidate, bounds, policy };
}

/** Just after sign-in: every tab holds the first token. */
export function initialState({ bounds, policy }: Setting): WorldState {
  const first = { generation: 0, branch: 0, own: false };
  return {
    time: 0,
    clockOffset: 0,
    row: sampleSession({
      keyThumbprint: bounds.keyBound ? ownersKey : null,
      inactivityEndsAt: endAfter(epoch, policy.inactivityTimeout),
      absoluteEndsAt: endAfter(epoch, policy.absoluteLifetime),
    }),
    earlier: [],
    storages: Array.from({ length: bounds.storage === 'shared' ? 1 : bounds.tabs }, () => first),
    exchanges: [],
    thief: [],
    failoversLeft: bounds.failovers,
    jumpsLeft: bounds.jumps,
    lastTurn: null,
    witness: { used: null, changedAt: null, clientWentOn: false, thiefWentOn: false, endAcknowledged: false },
  };
}

/** The store's clock, in milliseconds. */
export function storeClock({ time, clockOffset }: Pick<WorldState, 'time' | 'clockOffset'>): number {
  return epoch + (time + clockOffset) * millisecondsAUnit;
}

/** Milliseconds of the store's clock as units since the start; the reverse of `storeClock`. */
export function inUnits(milliseconds: number): number {
  return (milliseconds - epoch) / millisecondsAUnit;
}

/** Presents `token` as the client would. `moment` and `deadline` are milliseconds of the store's clock. */
export function decideForClient(
  { rule, policy, bounds: { delivery } }: Setting,
  { row }: WorldState,
  { generation, branch }: TokenPosition,
  moment: number,
  deadline?: number,
): RefreshOutcome {
  const presented: PresentedToken = { generation, branch, delivery, deadline, keyThumbprint: ownersKey };
  return rule(row, presented, moment, policy);
}

/** Presents `token` as the thief would: with the session's key or without, in the body or as a cookie as it likes. */
export function decideForThief(
  { rule, policy, bounds }: Setting,
  { row }: WorldState,
  { generation, branch }: TokenPosition,
  delivery: WorldBounds['delivery'],
  moment: number,
): RefreshOutcome {
  const keyThumbprint = bounds.thief === 'with-token-and-key' ? ownersKey : undefined;
  return rule(row, { generation, branch, delivery, keyThumbprint }, moment, policy);
}

/** Whether two tokens are the same one. */
export function isSameToken(one: TokenPosition, other: TokenPosition): boolean {
  return one.generation === other.generation && one.branch === other.branch;
}

/** Whether an outcome writes the row. */
export function nextRow(outcome: RefreshOutcome): SessionRecord | undefined {
  return 'next' in outcome ? outcome.next : undefined;
}
