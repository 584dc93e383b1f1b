/**
 * Refreshes a session: authenticates the token, has the rule decide on the row, and issues what it decided.
 */
import type { TokenDelivery } from '../../protocol/wire.ts';
import type { RefreshOutcome } from '../../session/decide-refresh.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Context } from '../context.ts';
import { agentDigest } from '../device-description.ts';
import { networkOf } from '../directory/network.ts';
import type { KeyProof } from '../dpop/check-proof.ts';
import type { GrantedOutcome, Origin, RefreshRefusal, ToldRefusal } from '../events.ts';
import { mayRefresh } from '../on-refresh.ts';
import { originOf } from '../origin-of.ts';
import { isFirstUse } from './is-first-use.ts';
import { isLate, type Waiting } from './is-late.ts';
import { type IssuedTokens, issueTokens } from './issue-tokens.ts';
import { needsSubject, refreshOnSubject } from './refresh-on-subject.ts';
import { type DecidedRefresh, type RefreshRequest, refreshUpdate } from './refresh-update.ts';
import { tellRevoked } from './revocation.ts';
import { signOut } from './sign-out.ts';

/** A refresh token, and what came with it. */
export interface RefreshInput extends Waiting {
  readonly refreshToken: string;
  readonly clientId?: string | undefined;
  /** Whether `clientId` has authenticated itself; a session of a confidential client is for that client alone. */
  readonly isClientAuthenticated?: boolean | undefined;
  /** A good proof that came with the token. A session that is bound to a key needs one by that key. */
  readonly proof?: KeyProof | undefined;
  /** A subset of the session's scope (RFC 6749 section 6); absent: all of it. */
  readonly scope?: string | undefined;
  /** How the answer will reach the client: the rule is more careful with cookies. Default `body`. */
  readonly delivery?: TokenDelivery | undefined;
  readonly from?: Partial<Origin> | undefined;
}

export type RefreshResult =
  | {
      readonly kind: 'refreshed';
      readonly outcome: GrantedOutcome;
      readonly tokens: IssuedTokens;
      /** As it was asked for at the sign-in. */
      readonly remember: boolean;
    }
  /** For the caller and for the log; on the wire every reason is the same `invalid_grant`. */
  | { readonly kind: 'refused'; readonly reason: RefreshRefusal }
  | { readonly kind: 'invalid_scope' }
  /** The session's client is confidential and has not authenticated itself. */
  | { readonly kind: 'invalid_client' }
  /** The proof has been used before, and nothing else was looked at. */
  | { readonly kind: 'proof_replayed' }
  /** This session is refreshed in a loop. Nothing happened; it lives on. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** Nothing happened; the same request may succeed later. */
  | {
      readonly kind: 'unavailable';
      readonly reason: 'late' | 'settling' | 'clock_jumped' | 'clock_leapt' | 'unknown_key';
    };

/** Refreshes a session. Nothing is read for a token that was not made here. */
export async function refresh(context: Context, input: RefreshInput): Promise<RefreshResult> {
  const from = originOf(input);
  const found = context.refreshTokens.authenticate(input.refreshToken);
  if (found.kind !== 'genuine') return notGenuine(context, found.kind, from);
  const retryAfterSeconds = context.refreshThrottle.secondsToWait(found.token.sid);
  if (retryAfterSeconds > 0) return { kind: 'throttled', retryAfterSeconds };
  if (isTooLate(context, input)) return { kind: 'unavailable', reason: 'late' };
  if (!(await isFirstUse(context, input.proof))) return { kind: 'proof_replayed' };
  const keyThumbprint = input.proof?.keyThumbprint;
  const { clientId, isClientAuthenticated = false, scope, delivery, deadline, signal } = input;
  const request = {
    token: found.token,
    clientId,
    isClientAuthenticated,
    keyThumbprint,
    scope,
    delivery,
    deadline,
    signal,
    from,
    isAllowed: context.settings.onRefresh === undefined,
  };
  return conclude(context, request, await decideOnRow(context, request));
}

async function decideOnRow(context: Context, request: RefreshRequest): Promise<DecidedRefresh> {
  if (needsSubject(context, request)) return refreshOnSubject(context, request);
  const [decided] = await context.store.updateSessions([refreshUpdate(context, request)]);
  return decided ?? { kind: 'hung_up' };
}

function notGenuine(context: Context, kind: 'unknown_key' | 'forged', from: Origin): RefreshResult {
  tellRefused(context, undefined, kind, from);
  return kind === 'unknown_key' ? { kind: 'unavailable', reason: kind } : { kind: 'refused', reason: kind };
}

function isTooLate({ settings, clock }: Context, input: RefreshInput): boolean {
  return settings.policy.retryWindow > 0 && isLate(input, clock.now());
}

function conclude(
  context: Context,
  request: RefreshRequest,
  decided: DecidedRefresh,
): RefreshResult | Promise<RefreshResult> {
  const { token, from } = request;
  switch (decided.kind) {
    case 'decided':
      return concludeDecision(context, request, decided);
    case 'ask_host':
      return concludeWithHost(context, request, decided.session);
    case 'unknown':
      return refused(context, token.sid, 'unknown', from);
    case 'invalid_client':
      tellRefused(context, token.sid, 'invalid_client', from);
      return { kind: 'invalid_client' };
    case 'invalid_scope':
      return { kind: 'invalid_scope' };
    case 'hung_up':
      return { kind: 'unavailable', reason: 'late' };
  }
}

/** The row may change while the host thinks, so what it allows is decided all over again. */
async function concludeWithHost(
  context: Context,
  request: RefreshRequest,
  session: SessionRecord,
): Promise<RefreshResult> {
  const { onRefresh } = context.settings;
  if (onRefresh !== undefined && !(await mayRefresh(onRefresh, session))) return vetoed(context, session, request.from);
  const allowed = { ...request, isAllowed: true };
  return conclude(context, allowed, await decideOnRow(context, allowed));
}

async function vetoed(context: Context, session: SessionRecord, from: Origin): Promise<RefreshResult> {
  await signOut(context, session, 'refused_by_host');
  return refused(context, session.sid, 'refused_by_host', from);
}

type RuleDecided = DecidedRefresh & { kind: 'decided' };

async function concludeDecision(
  context: Context,
  request: RefreshRequest,
  { outcome, session, now }: RuleDecided,
): Promise<RefreshResult> {
  context.clock.observe(now);
  if (outcome.kind === 'unavailable') return postponed(context, outcome);
  if (!('successor' in outcome)) return concludeRefusal(context, outcome, session, request.from);
  const current = sessionAfter(outcome, session);
  tellRefreshed(context, outcome.kind, session, request.from);
  const unsigned = context.accessTokens.prepare(current, now, request.scope ?? current.scope);
  return {
    kind: 'refreshed',
    outcome: outcome.kind,
    tokens: await issueTokens(context, current, outcome.successor, now, unsigned),
    remember: session.remember,
  };
}

/** Of these the operator is told where a clock has jumped: it has to be set right. The others pass by themselves. */
function postponed(context: Context, outcome: RuleDecided['outcome'] & { kind: 'unavailable' }): RefreshResult {
  const found = clockFaults.get(outcome.reason);
  if (found !== undefined) context.tell({ type: 'fault', where: 'clock', error: new Error(found) });
  return outcome;
}

const clockFaults: ReadonlyMap<string, string> = new Map([
  ['clock_jumped', 'the clock of the store has jumped back: a session was changed in the future'],
  ['clock_leapt', 'the clock of this machine has leapt ahead: for ten minutes no session is ended by it'],
]);

/** The session that the tokens are for. */
function sessionAfter(outcome: RefreshOutcome, session: SessionRecord): SessionRecord {
  if (outcome.kind === 'slide') return { ...session, inactivityEndsAt: outcome.inactivityEndsAt };
  return 'next' in outcome ? outcome.next : session;
}

function concludeRefusal(
  context: Context,
  outcome: RuleDecided['outcome'] & { kind: 'refused' | 'replayed' },
  session: SessionRecord,
  from: Origin,
): RefreshResult {
  const { sid, subject, deviceId } = session;
  if (outcome.kind === 'replayed') {
    context.tell({ type: 'refresh_replayed', sid, subject, deviceId, from });
    tellRevoked(context, [session], 'replayed');
    return { kind: 'refused', reason: 'replayed' };
  }
  if (outcome.reason !== 'wrong_key') return refused(context, sid, outcome.reason, from);
  context.tell({ type: 'refresh_wrong_key', sid, subject, deviceId, from });
  return { kind: 'refused', reason: 'wrong_key' };
}

function refused(context: Context, sid: string, reason: RefreshRefusal & ToldRefusal, from: Origin): RefreshResult {
  tellRefused(context, sid, reason, from);
  return { kind: 'refused', reason };
}

function tellRefused(context: Context, sid: string | undefined, reason: ToldRefusal, from: Origin): void {
  context.tell({ type: 'refresh_refused', sid, reason, from });
}

function tellRefreshed(context: Context, outcome: GrantedOutcome, session: SessionRecord, from: Origin): void {
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
