/**
 * Refreshing: one at a time in this tab and, as far as they can be reached, over all tabs. Only a definite refusal ends the session;
 * everything else is trouble that passes, and is tried again for whoever waits.
 */
import { backoff } from './backoff.ts';
import type { Environment } from './environment.ts';
import type { History } from './history.ts';
import type { Settings } from './options.ts';
import type { Answer, Post } from './post.ts';
import { accessTokenRemaining, readSession, type Session, timeUntil } from './session.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { Siblings } from './siblings.ts';
import type { Connection, EndReason } from './state.ts';
import type { TabLock } from './tab-lock.ts';

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
  /** Gives up what is under way: its answer will change nothing. */
  readonly cancel: () => void;
  /** The network is back: no need to wait on, unless the server asked to. */
  readonly hurry: () => void;
  readonly connection: () => Connection;
  /** Milliseconds until the next try makes sense; 0: now. */
  readonly restFor: () => number;
}

export interface RefresherParts {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly keeper: SessionKeeper;
  readonly siblings: Pick<Siblings, 'ask'>;
  readonly post: Post;
  readonly history: History;
  readonly lock: TabLock;
  /** Leaves the session, and tells the other tabs. */
  readonly leave: (sessionId: string, reason: EndReason) => Promise<unknown>;
  /** Called outside the lock whenever something may have changed. */
  readonly publish: () => void;
}

/** Who waits is told of a failure when the next try is further off than this, in milliseconds: after five or so. */
const longestRest = 6_000;

/** What one try came to; or how long the server wants to be left alone, in milliseconds, 0 where it does not say. */
type Attempt = Exclude<RefreshOutcome['kind'], 'unavailable'> | number;

export function createRefresher(parts: RefresherParts): Refresher {
  const { environment, settings, keeper, siblings, post, history, lock, leave, publish } = parts;
  const { clock, random, setTimer, isOffline } = environment;
  const { now } = clock;
  let running: Promise<RefreshOutcome> | undefined;
  let giveUp = new AbortController();
  let failures = 0;
  let restUntil = 0;
  let isPatient = false;
  let restIsAsked = false;

  function restFor(): number {
    // Whole milliseconds: a timer for less might ring before the time has come, again and again.
    return Math.ceil(Math.max(0, restUntil - now()));
  }

  async function run(basis: Session, signal: AbortSignal): Promise<RefreshOutcome> {
    const rest = restFor();
    if (rest && (!isPatient || isOffline() || rest > longestRest))
      return { kind: 'unavailable', retryAfterSeconds: Math.ceil(rest / 1000) };
    if (rest) await new Promise<void>((resolve) => setTimer(resolve, rest));
    const attempt = await lock(() => once(basis, signal));
    settle(attempt);
    publish();
    return typeof attempt === 'string' ? { kind: attempt } : run(basis, signal);
  }

  function settle(attempt: Attempt): void {
    restIsAsked = +attempt > 0;
    if (typeof attempt === 'string') {
      restUntil = failures = 0;
      return;
    }
    restUntil = now() + backoff(failures, attempt, random());
    failures += 1;
    history.note('unavailable');
  }

  /** What is done under the lock: nothing of the user's runs here, and each step is bounded. */
  async function once(basis: Session, signal: AbortSignal): Promise<Attempt> {
    await siblings.ask();
    const record = await keeper.reconcile();
    const session = keeper.session();
    if (!session || signal.aborted) return 'signed-out';
    if (session !== basis && accessTokenRemaining(session, now()) > 0) return 'refreshed';
    const sent = settings.delivery === 'body' ? record?.refreshToken : undefined;
    const form = { grant_type: 'refresh_token', refresh_token: sent, client_id: settings.clientId };
    return conclude(session, sent, await post('/token', session.facts.sessionId, form, signal));
  }

  async function conclude(basis: Session, sent: string | undefined, answer: Answer): Promise<Attempt> {
    const { status, body, serverTime, retryAfter } = answer;
    const session = status === 200 ? readSession(body, clock, serverTime, random()) : undefined;
    if (session?.facts.sessionId === basis.facts.sessionId) {
      await keeper.renew(session, basis, { sent, received: body.refresh_token });
      return keeper.session() ? 'refreshed' : 'signed-out';
    }
    return body.error === 'invalid_grant' ? refused(basis, sent) : retryAfter;
  }

  /** A refusal is definite only if what was refused is still what this browser has. */
  async function refused(basis: Session, sent: string | undefined): Promise<Attempt> {
    const { sessionId } = basis.facts;
    const record = await keeper.reconcile();
    const session = keeper.session();
    if (!session) return 'signed-out';
    if (session.facts.sessionId !== sessionId || record?.refreshToken !== sent) return 0;
    await leave(sessionId, endReason(basis));
    return 'signed-out';
  }

  /** For the words alone, so that here even the wall clock will do. */
  function endReason(session: Session): EndReason {
    const dated = { ...session, decidedAt: session.decidedAt ?? clock.wall() };
    return timeUntil(dated, session.facts.refreshTokenExpiresAt, now()) <= 0 ? 'timed_out' : 'ended';
  }

  return {
    refresh(patient) {
      const basis = keeper.session();
      if (!basis) return Promise.resolve({ kind: 'signed-out' });
      const { signal } = giveUp;
      // Whoever joins may be more patient than whoever began.
      isPatient = patient || (isPatient && !!running);
      running ??= run(basis, signal).finally(() => {
        if (!signal.aborted) running = undefined;
      });
      return running;
    },
    cancel() {
      giveUp.abort();
      giveUp = new AbortController();
      running = undefined;
    },
    hurry() {
      if (!restIsAsked) restUntil = 0;
    },
    connection: () => (failures === 0 ? 'ok' : isOffline() ? 'offline' : 'unreachable'),
    restFor,
  };
}
