/**
 * Refreshes a session: authenticates the token, has the rule decide on the row, and issues what it decided.
 */
import { decideRefresh, type PresentedToken, type RefreshOutcome } from '../../session/decide-refresh.ts';
import { plainRotation } from '../../session/plain-rotation.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Decision, PlainUpdate, SessionWrite } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import { agentDigest } from '../device-description.ts';
import { networkOf } from '../directory/network.ts';
import type { Origin } from '../events.ts';
import type { GenuineToken } from '../tokens/refresh-tokens.ts';
import { type IssuedTokens, issueTokens } from './issue-tokens.ts';
import { heldUntil, tellRevoked } from './revocation.ts';

/** A refresh token, and what came with it. */
export interface RefreshInput {
  readonly refreshToken: string;
  readonly clientId?: string | undefined;
  /** A subset of the session's scope (RFC 6749 section 6); absent: all of it. */
  readonly scope?: string | undefined;
  /** In milliseconds by the store's clock: past it the sender no longer waits, and nothing is decided. */
  readonly deadline?: number | undefined;
  /** Aborted where the sender has hung up; then nothing is decided. */
  readonly signal?: AbortSignal | undefined;
  readonly from?: Partial<Origin> | undefined;
}

export type RefreshResult =
  | {
      readonly kind: 'refreshed';
      readonly outcome: 'rotate' | 'retry' | 'rebranch' | 'ahead';
      readonly tokens: IssuedTokens;
      readonly remember: boolean;
    }
  /** For the caller and for the log; on the wire every reason is the same `invalid_grant`. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'invalid_scope' }
  /** Nothing happened; the same request may succeed later. */
  | { readonly kind: 'unavailable'; readonly reason: 'late' | 'settling' | 'clock_jumped' | 'unknown_key' };

/** What was decided about the row, with the row that was read. */
type Decided =
  | { readonly outcome: RefreshOutcome; readonly session: SessionRecord; readonly now: number }
  | { readonly outcome: { readonly kind: 'unknown' | 'invalid_scope' | 'hung_up' } };

/** How long after a start an unknown root-key id may mean that the secret has not arrived here yet, in milliseconds. */
const settlingTime = 3_600_000;

/** Refreshes a session. Nothing is read for a token that was not made here. */
export async function refresh(context: Context, input: RefreshInput): Promise<RefreshResult> {
  const found = context.refreshTokens.authenticate(input.refreshToken);
  if (found.kind !== 'genuine') return notGenuine(context, found.kind, originOf(input));
  if (isLate(context, input)) return { kind: 'unavailable', reason: 'late' };
  const [decided] = await context.store.updateSessions<Decided>([
    {
      sid: found.token.sid,
      plain: plainUpdate(context, input, found.token),
      decide: (session, now) => decide(context, input, found.token, session, now),
    },
  ]);
  return decided === undefined
    ? { kind: 'unavailable', reason: 'late' }
    : conclude(context, input, found.token, decided);
}

function notGenuine(context: Context, kind: 'unknown_key' | 'forged', from: Origin): RefreshResult {
  const isSettling = performance.now() - context.startedAt < settlingTime;
  if (kind === 'unknown_key' && isSettling) return { kind: 'unavailable', reason: 'unknown_key' };
  context.tell({ type: 'refresh_refused', sid: undefined, reason: kind, from });
  return { kind: 'refused', reason: kind };
}

function isLate({ settings, clock }: Context, { deadline, signal }: RefreshInput): boolean {
  if (settings.policy.retryWindow === 0) return false;
  return signal?.aborted === true || (deadline !== undefined && clock.now() > deadline);
}

/** The everyday rotation. A request for a narrower scope has to be compared with the row's, so it is never plain. */
function plainUpdate(context: Context, input: RefreshInput, token: GenuineToken): PlainUpdate<Decided> | undefined {
  if (input.scope !== undefined) return undefined;
  const { policy } = context.settings;
  const from = originOf(input);
  return {
    ...plainRotation(presentedToken(input, token), policy),
    lastAddress: from.address,
    lastAgent: agentDigest(from.userAgent),
    signal: policy.retryWindow > 0 ? input.signal : undefined,
    conclude: (next, now) => ({ outcome: { kind: 'rotate', next, successor: next }, session: next, now }),
  };
}

function presentedToken({ clientId, deadline }: RefreshInput, token: GenuineToken): PresentedToken {
  return { ...token, clientId, deadline };
}

function decide(
  context: Context,
  input: RefreshInput,
  token: GenuineToken,
  session: SessionRecord | undefined,
  now: number,
): Decision<SessionWrite, Decided> {
  if (session === undefined) return { result: { outcome: { kind: 'unknown' } } };
  if (input.signal?.aborted && context.settings.policy.retryWindow > 0)
    return { result: { outcome: { kind: 'hung_up' } } };
  const outcome = decideRefresh(session, presentedToken(input, token), now, context.settings.policy);
  const issues = 'successor' in outcome;
  if (issues && !isSubset(input.scope, session.scope)) return { result: { outcome: { kind: 'invalid_scope' } } };
  return { write: writeOf(context, outcome, originOf(input), now), result: { outcome, session, now } };
}

function writeOf(context: Context, outcome: RefreshOutcome, from: Origin, now: number): SessionWrite | undefined {
  if (!('next' in outcome)) return undefined;
  const { next } = outcome;
  if (outcome.kind === 'replayed') return { next, revocation: { sid: next.sid, heldUntil: heldUntil(context, now) } };
  return { next: { ...next, lastAddress: from.address, lastAgent: agentDigest(from.userAgent) } };
}

function conclude(context: Context, input: RefreshInput, token: GenuineToken, decided: Decided): RefreshResult {
  if (!('session' in decided)) return concludeWithoutRow(context, input, token, decided.outcome.kind);
  const { outcome, session, now } = decided;
  context.clock.observe(now);
  if (outcome.kind === 'unavailable') return outcome;
  if (outcome.kind === 'refused' || outcome.kind === 'replayed')
    return refused(context, outcome, session, originOf(input));
  const current = 'next' in outcome ? outcome.next : session;
  tellRefreshed(context, outcome.kind, session, originOf(input));
  return {
    kind: 'refreshed',
    outcome: outcome.kind,
    tokens: issueTokens(context, current, outcome.successor, now, input.scope),
    remember: session.remember,
  };
}

function concludeWithoutRow(
  context: Context,
  input: RefreshInput,
  { sid }: GenuineToken,
  kind: 'unknown' | 'invalid_scope' | 'hung_up',
): RefreshResult {
  if (kind === 'invalid_scope') return { kind };
  if (kind === 'hung_up') return { kind: 'unavailable', reason: 'late' };
  context.tell({ type: 'refresh_refused', sid, reason: kind, from: originOf(input) });
  return { kind: 'refused', reason: kind };
}

function refused(
  context: Context,
  outcome: RefreshOutcome & { kind: 'refused' | 'replayed' },
  session: SessionRecord,
  from: Origin,
): RefreshResult {
  const { sid, subject, deviceId } = session;
  const reason = outcome.kind === 'replayed' ? 'replayed' : outcome.reason;
  if (reason === 'replayed') {
    context.tell({ type: 'refresh_replayed', sid, subject, deviceId, from });
    tellRevoked(context, [session], 'replayed');
  } else if (reason === 'wrong_key') context.tell({ type: 'refresh_wrong_key', sid, subject, deviceId, from });
  else context.tell({ type: 'refresh_refused', sid, reason, from });
  return { kind: 'refused', reason };
}

function tellRefreshed(
  context: Context,
  outcome: 'rotate' | 'retry' | 'rebranch' | 'ahead',
  session: SessionRecord,
  from: Origin,
): void {
  const { sid, subject, deviceId } = session;
  context.tell({ type: 'session_refreshed', sid, subject, deviceId, outcome });
  if (outcome === 'ahead') context.tell({ type: 'refresh_ahead', sid, subject, deviceId });
  if (outcome === 'retry' && isElsewhere(session, from)) {
    context.tell({ type: 'refresh_elsewhere', sid, subject, deviceId, from });
  }
}

function isElsewhere({ lastAddress, lastAgent }: SessionRecord, from: Origin): boolean {
  return networkOf(from.address) !== networkOf(lastAddress) || agentDigest(from.userAgent) !== lastAgent;
}

/** RFC 6749 section 6: a refresh never widens what was granted. */
function isSubset(scope: string | undefined, granted: string): boolean {
  const all = new Set(granted.split(' '));
  return scope === undefined || scope.split(' ').every((value) => all.has(value));
}

function originOf({ from }: RefreshInput): Origin {
  return { address: from?.address ?? '', userAgent: from?.userAgent ?? '' };
}
