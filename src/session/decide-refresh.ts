/**
 * The rotation rule: what to do with a genuine refresh token, given its session's row. One pure function; it does no I/O,
 * knows no clock and draws no random numbers. That the token is genuine (its MAC) is checked before. See `docs/rotation.md`.
 */
import type { TokenDelivery } from '../protocol/wire.ts';
import { endAfter, sessionEnd } from './expiry.ts';
import type { SessionPolicy } from './session-policy.ts';
import type { SessionRecord } from './session-record.ts';

/** Where a refresh token stands within its session. */
export interface TokenPosition {
  readonly generation: number;
  readonly branch: number;
}

/** What was presented: a genuine token, and what came with it. */
export interface PresentedToken extends TokenPosition {
  /** The client that asks, where it said so. */
  readonly clientId?: string | undefined;
  /** The thumbprint of the key whose valid proof came with the request, where one did. */
  readonly keyThumbprint?: string | undefined;
  /**
   * How the answer will reach the client. In the body, the client keeps what it stored where that has changed meanwhile;
   * in a cookie, the last answer to arrive stays. `body` unless given.
   */
  readonly delivery?: TokenDelivery | undefined;
  /**
   * Whether a stateless token is answered by another one: then it stays where it stands, and nothing is written, for as
   * long as it is current.
   */
  readonly staysPut?: boolean | undefined;
  /** The moment, in milliseconds by the store's clock, past which the sender no longer waits. */
  readonly deadline?: number | undefined;
}

/** Why nothing is issued although the token is genuine. On the wire all of them are the same `invalid_grant`. */
export type RefusalReason = 'revoked' | 'inactive' | 'absolute_end' | 'wrong_client' | 'wrong_key';

/**
 * What the rule decides.
 *
 * - `rotate`, `rebranch`, `ahead`: write `next`, then answer with the token at `successor`. With a cookie, `ahead` gives the
 *   presented token back: it told the row what the store had lost.
 * - `retry`: write nothing, answer with the token at `successor`.
 * - `slide`: write nothing, answer with a stateless token at `successor`, where the presented one stands too. The inactivity
 *   end that it carries has moved; the row, where there is one, does not know.
 * - `replayed`: write `next`, which is revoked; tell the feed, the user and the operator.
 * - `refused`: write nothing; the grant is not good for this request.
 * - `unavailable`: write nothing; the same request may succeed later.
 */
export type RefreshOutcome =
  | { readonly kind: 'rotate' | 'rebranch' | 'ahead'; readonly next: SessionRecord; readonly successor: TokenPosition }
  | { readonly kind: 'retry'; readonly successor: TokenPosition }
  | { readonly kind: 'slide'; readonly inactivityEndsAt: number | null; readonly successor: TokenPosition }
  | { readonly kind: 'replayed'; readonly next: SessionRecord }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | { readonly kind: 'unavailable'; readonly reason: 'late' | 'settling' | 'clock_jumped' };

/** How far behind the current generation the holder of the session's key may lag and still be answered. */
const keyBoundMemory = 3;

/** Decides a refresh. `now` is the store's clock in milliseconds, read together with `session`. */
export function decideRefresh(
  session: SessionRecord,
  presented: PresentedToken,
  now: number,
  policy: SessionPolicy,
): RefreshOutcome {
  const refused = refusalOf(session, presented, now);
  if (refused) return { kind: 'refused', reason: refused };
  if (presented.deadline !== undefined && policy.retryWindow > 0 && now > presented.deadline) {
    return { kind: 'unavailable', reason: 'late' };
  }
  if (presented.staysPut && isCurrent(session, presented)) return slide(presented, now, policy);
  if (isAhead(session, presented)) return decideAhead(session, presented, now, policy);
  return isInsideWindow(session, now, policy)
    ? decideInsideWindow(session, presented, now, policy)
    : decideOutsideWindow(session, presented, now, policy);
}

function refusalOf(session: SessionRecord, presented: PresentedToken, now: number): RefusalReason | undefined {
  if (session.keyThumbprint !== null && presented.keyThumbprint !== session.keyThumbprint) return 'wrong_key';
  if (presented.clientId !== undefined && presented.clientId !== session.clientId) return 'wrong_client';
  if (session.revokedAt !== null) return 'revoked';
  const end = sessionEnd(session);
  if (end === null || now < end) return undefined;
  return end === session.absoluteEndsAt ? 'absolute_end' : 'inactive';
}

/** A live branch of the newest generation. */
function isCurrent(session: SessionRecord, { generation, branch }: TokenPosition): boolean {
  return generation === session.generation && branch <= session.branch;
}

/** Genuine, but newer than anything the row knows: the store has lost writes. */
function isAhead(session: SessionRecord, presented: TokenPosition): boolean {
  if (presented.generation !== session.generation) return presented.generation > session.generation;
  return presented.branch > session.branch;
}

function isInsideWindow({ changedAt }: SessionRecord, now: number, { retryWindow }: SessionPolicy): boolean {
  return changedAt !== null && Math.abs(now - changedAt) < retryWindow;
}

function decideInsideWindow(
  session: SessionRecord,
  presented: TokenPosition,
  now: number,
  policy: SessionPolicy,
): RefreshOutcome {
  if (presented.generation === session.generation) return retry(presented);
  const lostWrites = session.aheadUntil !== null && now < session.aheadUntil;
  if (lostWrites || wasAcceptableBefore(session, presented)) return retry(session);
  return decideSuperseded(session, presented, now, policy);
}

/** Whether the state before the last rotation would have taken this token: a slow tab of an honest client holds it. */
function wasAcceptableBefore(session: SessionRecord, presented: TokenPosition): boolean {
  if (presented.generation === session.generation - 1) return true;
  return presented.generation === session.generation - 2 && isOrMayBe(session.grandparentBranch, presented.branch);
}

function decideOutsideWindow(
  session: SessionRecord,
  presented: PresentedToken,
  now: number,
  policy: SessionPolicy,
): RefreshOutcome {
  if (presented.generation === session.generation) return rotate(session, presented, now, policy);
  if (!isUsedParent(session, presented)) return decideSuperseded(session, presented, now, policy);
  const hasToWait = presented.delivery === 'cookie' && isSettling(session, now, policy);
  return hasToWait ? { kind: 'unavailable', reason: 'settling' } : rebranch(session, now);
}

/**
 * Whether an answer given at the end of the window may still reach a tab. A second branch now could meet the first one in
 * the same cookie jar, and the client be left with the one that dies.
 */
function isSettling({ changedAt }: SessionRecord, now: number, { retryWindow }: SessionPolicy): boolean {
  return changedAt !== null && Math.abs(now - changedAt) < 2 * retryWindow;
}

function isUsedParent(session: SessionRecord, presented: TokenPosition): boolean {
  return presented.generation === session.generation - 1 && isOrMayBe(session.parentBranch, presented.branch);
}

/** A branch that the store has lost track of may be any. */
function isOrMayBe(known: number | null, branch: number): boolean {
  return known === null || known === branch;
}

function decideAhead(
  session: SessionRecord,
  presented: PresentedToken,
  now: number,
  policy: SessionPolicy,
): RefreshOutcome {
  const lost = presented.generation - session.generation;
  if (policy.mayLose === 0 || lost > 1 + policy.mayLose / policy.retryWindow) {
    return decideSuperseded(session, presented, now, policy);
  }
  const next =
    presented.delivery === 'cookie'
      ? catchUp(session, presented, now, policy)
      : { ...advance(session, presented, now, policy), grandparentBranch: null };
  return { kind: 'ahead', next: { ...next, aheadUntil: now + policy.retryWindow }, successor: positionOf(next) };
}

/**
 * The row becomes what it must have been when this token was new. It does not rotate yet: with a cookie, the answer that
 * brought the token may still be on its way to another tab, and arrive last.
 */
function catchUp(
  session: SessionRecord,
  { generation, branch }: TokenPosition,
  now: number,
  policy: SessionPolicy,
): SessionRecord {
  const inactivityEndsAt = endAfter(now, policy.inactivityTimeout);
  return {
    ...session,
    generation,
    branch,
    parentBranch: null,
    grandparentBranch: null,
    changedAt: now,
    inactivityEndsAt,
  };
}

/** What is left is a replay, unless the holder of the session's key is merely slow, or the row's time cannot be trusted. */
function decideSuperseded(
  session: SessionRecord,
  presented: TokenPosition,
  now: number,
  policy: SessionPolicy,
): RefreshOutcome {
  if (session.keyThumbprint !== null && isInKeyBoundMemory(session, presented)) return retry(session);
  if (hasClockJumped(session, now, policy)) return { kind: 'unavailable', reason: 'clock_jumped' };
  return { kind: 'replayed', next: { ...session, revokedAt: now } };
}

function hasClockJumped({ changedAt }: SessionRecord, now: number, { retryWindow }: SessionPolicy): boolean {
  return changedAt !== null && changedAt > now && changedAt - now >= retryWindow;
}

function isInKeyBoundMemory({ generation }: SessionRecord, presented: TokenPosition): boolean {
  return presented.generation < generation && presented.generation >= generation - keyBoundMemory;
}

function retry(position: TokenPosition): RefreshOutcome {
  return { kind: 'retry', successor: positionOf(position) };
}

function slide(position: TokenPosition, now: number, policy: SessionPolicy): RefreshOutcome {
  const inactivityEndsAt = endAfter(now, policy.inactivityTimeout);
  return { kind: 'slide', inactivityEndsAt, successor: positionOf(position) };
}

function rotate(session: SessionRecord, used: TokenPosition, now: number, policy: SessionPolicy): RefreshOutcome {
  const next = advance(session, used, now, policy);
  return { kind: 'rotate', next, successor: positionOf(next) };
}

/** The row after `used` was: the next generation, and how it was reached. */
function advance(session: SessionRecord, used: TokenPosition, now: number, policy: SessionPolicy): SessionRecord {
  return {
    ...session,
    generation: used.generation + 1,
    branch: 0,
    parentBranch: used.branch,
    grandparentBranch: session.parentBranch,
    changedAt: now,
    inactivityEndsAt: endAfter(now, policy.inactivityTimeout),
  };
}

function positionOf({ generation, branch }: TokenPosition): TokenPosition {
  return { generation, branch };
}

/** The answer was lost, or the device slept: a new branch, which competes with the one nobody has used yet. */
function rebranch(session: SessionRecord, now: number): RefreshOutcome {
  const successor = { generation: session.generation, branch: session.branch + 1 };
  return { kind: 'rebranch', next: { ...session, branch: successor.branch, changedAt: now }, successor };
}
