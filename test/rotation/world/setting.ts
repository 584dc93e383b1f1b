/**
 * A world's bounds together with the rule that is tried in it, and the first state. The rule is told times in milliseconds;
 * nothing here knows what it will decide.
 */
import type { SessionMode } from '../../../src/protocol/wire.ts';
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
import type { WorldBounds, WorldState, WorldToken } from './world.ts';

/** The rule's shape: `decideRefresh`, or a broken variant of it. */
export type RotationRule = typeof decideRefresh;

/** What is tried: a rule, and a store that writes only if the row is as it was read, or one that does not look again. */
export interface Candidate {
  readonly rule: RotationRule;
  readonly store: 'compare-and-set' | 'blind-write';
  /** Where a token stands, if not where it says. */
  readonly positionOf?: (token: WorldToken) => TokenPosition;
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
  const first = { generation: 0, branch: 0, format: bounds.signedInAt, own: false };
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

/** What is presented to whom, and when. Moments are milliseconds of the store's clock. */
export interface Presentation {
  readonly token: WorldToken;
  readonly server: SessionMode;
  readonly moment: number;
  readonly deadline?: number | undefined;
}

/** Presents a token as the client would. */
export function decideForClient(
  setting: Setting,
  { row }: WorldState,
  { deadline, ...presentation }: Presentation,
): RefreshOutcome {
  const { delivery } = setting.bounds;
  const presented: PresentedToken = {
    ...whatIsPresented(setting, presentation),
    delivery,
    deadline,
    keyThumbprint: ownersKey,
  };
  return setting.rule(row, presented, presentation.moment, setting.policy);
}

/** As the server reads it: a stateless token that is answered by another one stays where it is. */
function whatIsPresented({ positionOf }: Setting, { token, server }: Presentation): PresentedToken {
  const { generation, branch } = positionOf?.(token) ?? token;
  return { generation, branch, staysPut: server === 'stateless' && token.format === 'stateless' };
}

/** Presents a token as the thief would: with the session's key or without, in the body or as a cookie as it likes. */
export function decideForThief(
  setting: Setting,
  { row }: WorldState,
  presentation: Presentation,
  delivery: WorldBounds['delivery'],
): RefreshOutcome {
  const keyThumbprint = setting.bounds.thief === 'with-token-and-key' ? ownersKey : undefined;
  const presented = { ...whatIsPresented(setting, presentation), delivery, keyThumbprint };
  return setting.rule(row, presented, presentation.moment, setting.policy);
}

/** The token that a server answers with, if it does. */
export function answerOf(outcome: RefreshOutcome, server: SessionMode): WorldToken | undefined {
  return 'successor' in outcome ? { ...outcome.successor, format: server } : undefined;
}

/** Whether two tokens are the same one. */
export function isSameToken(one: WorldToken, other: WorldToken): boolean {
  return isSamePosition(one, other) && one.format === other.format;
}

export function isSamePosition(one: TokenPosition, other: TokenPosition): boolean {
  return one.generation === other.generation && one.branch === other.branch;
}

/** Whether an outcome writes the row. */
export function nextRow(outcome: RefreshOutcome): SessionRecord | undefined {
  return 'next' in outcome ? outcome.next : undefined;
}
