/**
 * Refreshing: one at a time in this tab and, as far as they can be reached, over all tabs. Only a definite refusal ends the session;
 * everything else is trouble that passes, and is tried again for whoever waits.
 */
import { backoff } from './backoff.ts';
import { type Context, pause } from './context.ts';
import { longestRest } from './limits.ts';
import type { Post } from './post.ts';
import { accessTokenRemaining, type Session, timeUntil } from './session.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { Connection } from './state.ts';
import { withTabLock } from './tab-lock.ts';

export type RefreshOutcome =
  /** There is another access token than before, whoever got it. */
  | { readonly kind: 'refreshed' }
  /** Nobody is signed in, or not any more. */
  | { readonly kind: 'signed-out' }
  /** The server cannot be reached or asks to wait. The session is untouched. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number };

export interface Refresher {
  /** Refreshes. `patient`: tries again for a while before it says that it was to no avail. */
  readonly refresh: (patient: boolean) => Promise<RefreshOutcome>;
  /** The network is back: no need to wait on, unless the server asked to. */
  readonly hurry: () => void;
  readonly connection: () => Connection;
  /** Milliseconds until the next try makes sense; 0: now. */
  readonly restFor: () => number;
}

/** How long the server wants to be left alone after trouble, in milliseconds, 0 where it does not say; `undefined` without trouble. */
type Trouble = number | undefined;

/** @param publish Called outside the lock whenever something may have changed. */
export function createRefresher(context: Context, keeper: SessionKeeper, post: Post, publish: () => void): Refresher {
  const { now } = context;
  let running: Promise<RefreshOutcome> | undefined;
  let failures = 0;
  let restUntil = 0;
  let restIsAsked = false;
  let isPatient = false;

  function restFor(): number {
    // Whole milliseconds: a timer for less might ring before the time has come, again and again.
    return Math.ceil(Math.max(0, restUntil - now()));
  }

  async function run(): Promise<RefreshOutcome> {
    const basis = keeper.session();
    if (!basis) return { kind: 'signed-out' };
    const rest = restFor();
    if (rest && (!isPatient || context.isOffline() || rest > longestRest))
      return { kind: 'unavailable', retryAfterSeconds: Math.ceil(rest / 1000) };
    if (rest) await pause(context, rest);
    const trouble = await withTabLock(context, () => once(basis));
    settle(trouble);
    publish();
    if (trouble !== undefined) return run();
    return { kind: keeper.session() ? 'refreshed' : 'signed-out' };
  }

  function settle(trouble: Trouble): void {
    restIsAsked = !!trouble;
    if (trouble === undefined) {
      restUntil = failures = 0;
      return;
    }
    restUntil = now() + backoff(failures, trouble, context.random());
    failures += 1;
    context.note('unavailable');
  }

  /** What is done under the lock: nothing of the user's runs here but their `fetch` and storage, and neither holds it for ever. */
  async function once(basis: Session): Promise<Trouble> {
    if (!isFresh(basis)) await keeper.ask();
    const sent = (await keeper.reconcile())?.refreshToken;
    const session = keeper.session();
    if (!session || isFresh(basis)) return undefined;
    const signal = keeper.signal();
    const form = { grant_type: 'refresh_token', refresh_token: sent, client_id: context.clientId };
    const answer = await post('/token', session.facts.sessionId, form, signal);
    // The session was left meanwhile.
    if (signal.aborted) return undefined;
    if (answer.session) return keeper.renew(answer.session, session, sent, answer.body.refresh_token);
    return answer.body.error === 'invalid_grant' ? refused(session, sent) : answer.retryAfter;
  }

  /** Whether another tab has got what was to be got, and this one knows. */
  function isFresh(basis: Session): boolean {
    const session = keeper.session();
    return session !== basis && accessTokenRemaining(session, now()) > 0;
  }

  /** A refusal is definite only if what was refused is still what this browser has. */
  async function refused(basis: Session, sent: string | undefined): Promise<Trouble> {
    const record = await keeper.reconcile();
    const session = keeper.session();
    if (!session) return undefined;
    if (session !== basis || record?.refreshToken !== sent) return 0;
    // For the words alone, so that here even the wall clock will do.
    const isPast = timeUntil({ decidedAt: context.wall(), ...basis }, basis.facts.refreshTokenExpiresAt, now()) <= 0;
    await keeper.leave(isPast ? 'timed_out' : 'ended');
    return undefined;
  }

  return {
    refresh(patient) {
      // Whoever joins may be more patient than whoever began.
      isPatient = patient || (isPatient && !!running);
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
    hurry() {
      if (!restIsAsked) restUntil = 0;
    },
    connection: () => (failures === 0 ? 'ok' : context.isOffline() ? 'offline' : 'unreachable'),
    restFor,
  };
}
