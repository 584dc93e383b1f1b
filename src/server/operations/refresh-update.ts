/**
 * The refresh of one session as an act on its row: the everyday rotation as data, and the rotation rule for all else.
 */
import type { TokenDelivery } from '../../protocol/wire.ts';
import { decideRefresh, type PresentedToken, type RefreshOutcome } from '../../session/decide-refresh.ts';
import { plainRotation } from '../../session/plain-rotation.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Decision, PlainUpdate, SessionUpdate, SessionWrite } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import { agentDigest } from '../device-description.ts';
import type { Origin } from '../events.ts';
import type { GenuineToken } from '../tokens/genuine-token.ts';
import { answersStateless } from '../tokens/refresh-tokens.ts';
import { revokingWrite } from './revocation.ts';

/** What a refresh is decided by, beside the row. */
export interface RefreshRequest {
  readonly token: GenuineToken;
  readonly clientId: string | undefined;
  readonly isClientAuthenticated: boolean;
  readonly keyThumbprint: string | undefined;
  readonly scope: string | undefined;
  readonly delivery: TokenDelivery | undefined;
  readonly deadline: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly from: Origin;
  /** Whether the host has nothing against it. Where it has not been asked yet, nothing is granted. */
  readonly isAllowed: boolean;
}

/**
 * What an act on the row came to.
 *
 * - `decided`: the rule has decided at `now`, on `session` as it was read, and what it says is written.
 * - `ask_host`: it would be granted, and nothing was written: the host is to be asked about `session`.
 * - `unknown`: there is no such session.
 * - `invalid_client`, `invalid_scope`, `hung_up`: nothing was decided, whatever the rule would say.
 */
export type DecidedRefresh =
  | {
      readonly kind: 'decided';
      readonly outcome:
        | RefreshOutcome
        | { readonly kind: 'refused'; readonly reason: 'bearer' }
        | { readonly kind: 'unavailable'; readonly reason: 'clock_leapt' };
      readonly session: SessionRecord;
      readonly now: number;
    }
  | { readonly kind: 'ask_host'; readonly session: SessionRecord }
  | { readonly kind: 'unknown' | 'invalid_client' | 'invalid_scope' | 'hung_up' };

/** The act for the store. */
export function refreshUpdate(context: Context, request: RefreshRequest): SessionUpdate<DecidedRefresh> {
  return {
    sid: request.token.sid,
    plain: plainUpdate(context, request),
    decide: (session, now) => decideOnSession(context, request, session, now),
  };
}

/**
 * The everyday rotation. A narrower scope has to be compared with the row's, a host that has a say is asked about the row,
 * and a client that has to authenticate itself is known from the row, so these are never plain.
 */
function plainUpdate(context: Context, request: RefreshRequest): PlainUpdate<DecidedRefresh> | undefined {
  if (request.scope !== undefined || !request.isAllowed || isUnproven(context, request)) return undefined;
  const { policy } = context.settings;
  return {
    ...plainRotation(presentedToken(context, request), policy),
    lastAddress: request.from.address,
    lastAgent: agentDigest(request.from.userAgent),
    signal: policy.retryWindow > 0 ? request.signal : undefined,
    conclude: (next, now) => ({
      kind: 'decided',
      outcome: { kind: 'rotate', next, successor: next },
      session: next,
      now,
    }),
  };
}

/** What the rule is told of a request. */
export function presentedToken(
  { settings }: Context,
  { token, clientId, keyThumbprint, delivery, deadline }: Pick<RefreshRequest, 'token'> & Partial<RefreshRequest>,
): PresentedToken {
  const { generation, branch, session } = token;
  const staysPut = session !== undefined && answersStateless(settings, session);
  return { generation, branch, clientId, keyThumbprint, delivery, deadline, staysPut };
}

/** Decides a refresh, given the row as it was read. */
export function decideOnSession(
  context: Context,
  request: RefreshRequest,
  session: SessionRecord | undefined,
  now: number,
): Decision<SessionWrite, DecidedRefresh> {
  const { policy } = context.settings;
  if (session === undefined) return { result: { kind: 'unknown' } };
  // Another client's token is the rule's to refuse, as any that is no good: its client has nothing to prove here.
  const isOwn = request.clientId === undefined || request.clientId === session.clientId;
  if (isOwn && isUnproven(context, request, session.clientId)) return { result: { kind: 'invalid_client' } };
  if (request.signal?.aborted && policy.retryWindow > 0) return { result: { kind: 'hung_up' } };
  const outcome = decideRefresh(session, presentedToken(context, request), now, policy);
  if (isByLeap(context, outcome)) {
    return { result: { kind: 'decided', outcome: { kind: 'unavailable', reason: 'clock_leapt' }, session, now } };
  }
  if ('successor' in outcome) {
    if (!isSubset(request.scope, session.scope)) return { result: { kind: 'invalid_scope' } };
    if (!request.isAllowed) return { result: { kind: 'ask_host', session } };
  }
  return { write: writeOf(context, outcome, request.from, now), result: { kind: 'decided', outcome, session, now } };
}

/** Whether an end may have come only because the clock leapt ahead: it may be set right again. */
function isByLeap({ leaps }: Context, outcome: RefreshOutcome): boolean {
  if (outcome.kind !== 'refused') return false;
  return (outcome.reason === 'inactive' || outcome.reason === 'absolute_end') && leaps.hasLeapt();
}

function writeOf(context: Context, outcome: RefreshOutcome, from: Origin, now: number): SessionWrite | undefined {
  if (!('next' in outcome)) return undefined;
  const { next } = outcome;
  if (outcome.kind === 'replayed') return revokingWrite(context, next, now);
  return { next: { ...next, lastAddress: from.address, lastAgent: agentDigest(from.userAgent) } };
}

/**
 * Whether the client would have to authenticate itself and has not. Where neither the row's client nor the request's is
 * known, it may be a confidential one.
 */
function isUnproven(
  { settings: { clients } }: Context,
  { clientId, isClientAuthenticated }: RefreshRequest,
  ofSession: string | undefined = clientId,
): boolean {
  if (isClientAuthenticated || !clients.hasConfidential) return false;
  return ofSession === undefined || clients.isConfidential(ofSession);
}

/** RFC 6749 section 6: a refresh never widens what was granted. */
function isSubset(scope: string | undefined, granted: string): boolean {
  const all = new Set(granted.split(' '));
  return scope === undefined || scope.split(' ').every((value) => all.has(value));
}
