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
  /** Refreshes, and tries again for a while before it says that it was to no avail. */
  readonly refresh: () => Promise<RefreshOutcome>;
  /** Tries once, if it makes sense now. */
  readonly once: () => Promise<void>;
  /** The network is back: no need to wait on, unless the server asked to. */
  readonly online: () => void;
  readonly connection: () => Connection;
  /** Milliseconds until the next try makes sense; not above 0: now. */
  readonly retryAfter: () => number;
}

/** How long the server wants to be left alone after trouble, in milliseconds, 0 where it does not say; `undefined` without trouble. */
type Trouble = number | undefined;

/** @param publish Called outside the lock whenever something may have changed. */
export function createRefresher(context: Context, keeper: SessionKeeper, post: Post, publish: () => void): Refresher {
  let running: Promise<void> | undefined;
  let failures = 0;
  let restUntil = 0;
  let askedUntil = 0;

  function retryAfter(): number {
    // Whole milliseconds: a timer for less might ring before the time has come, again and again.
    return Math.ceil(restUntil - context.now());
  }

  async function once(basis = keeper.session()): Promise<void> {
    if (basis && retryAfter() <= 0)
      running ??= run(basis).finally(() => {
        running = undefined;
      });
    await running;
  }

  async function run(basis: Session): Promise<void> {
    const trouble = await withTabLock(context, () => exchange(basis));
    if (trouble === undefined) restUntil = failures = 0;
    else {
      askedUntil = context.now() + trouble;
      restUntil = context.now() + backoff(failures, trouble, context.random());
      failures += 1;
      context.note('unavailable');
    }
    publish();
  }

  /** What is done under the lock: nothing of the user's runs here but their `fetch` and storage, and neither holds it for ever. */
  async function exchange(basis: Session): Promise<Trouble> {
    if (findStale(basis)) await keeper.ask();
    const sent = (await keeper.reconcile())?.refreshToken;
    const session = findStale(basis);
    if (!session) return undefined;
    const signal = keeper.signal();
    const answer = await post(
      '/token',
      session.facts.sessionId,
      { grant_type: 'refresh_token', refresh_token: sent, client_id: context.clientId },
      signal,
    );
    if (answer.session) return keeper.renew(answer.session, session, sent, answer.body.refresh_token);
    const record = await keeper.reconcile();
    // The session was left meanwhile.
    if (signal.aborted) return undefined;
    if (answer.body.error !== 'invalid_grant') return answer.retryAfter;
    // A refusal is definite only if what was refused is still what this browser has.
    if (session !== keeper.session() || record?.refreshToken !== sent) return 0;
    // For the words alone, so that here even the wall clock will do.
    const left = timeUntil(
      { decidedAt: context.wall(), ...session },
      session.facts.refreshTokenExpiresAt,
      context.now(),
    );
    await keeper.leave(left > 0 ? 'ended' : 'timed_out');
    return undefined;
  }

  /** The session, unless it is over, or another tab has got what was to be got, and this one knows. */
  function findStale(basis: Session): Session | undefined {
    const session = keeper.session();
    return session === basis || accessTokenRemaining(session, context.now()) <= 0 ? session : undefined;
  }

  return {
    async refresh() {
      const basis = keeper.session();
      for (;;) {
        await once(basis);
        if (!keeper.session()) return { kind: 'signed-out' };
        const rest = retryAfter();
        if (rest <= 0) return { kind: 'refreshed' };
        if (rest > longestRest || context.isOffline())
          return { kind: 'unavailable', retryAfterSeconds: Math.ceil(rest / 1000) };
        await pause(context, rest);
      }
    },
    once,
    online() {
      restUntil = askedUntil;
    },
    connection: () => (!failures ? 'ok' : context.isOffline() ? 'offline' : 'unreachable'),
    retryAfter,
  };
}
