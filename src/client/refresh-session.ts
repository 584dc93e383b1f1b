/**
 * Refreshing: one at a time in this tab and, as far as they can be reached, over all tabs. Only a definite refusal ends the session;
 * everything else is trouble that passes, and is tried again for whoever waits.
 */
import type { clientHeader as ClientHeader } from '../protocol/headers.ts';
import { backoff } from './backoff.ts';
import { longestSince, type Moment } from './clock.ts';
import type { Environment } from './environment.ts';
import { type Answer, errorOf, exchange, exchangeTime, retryAfterOf } from './exchange.ts';
import type { History } from './history.ts';
import type { KeptSession } from './keep-session.ts';
import type { Settings } from './options.ts';
import type { ServerClock } from './server-clock.ts';
import { accessTokenRemaining, lifeUntil, readSession, refreshTokenIn, type Session } from './session.ts';
import type { SessionHolder } from './session-holder.ts';
import type { Siblings } from './siblings.ts';
import type { Connection, EndReason } from './state.ts';
import type { TabLock } from './tab-lock.ts';

export const clientHeader: typeof ClientHeader = 'Tallystick-Client';

export type RefreshOutcome =
  /** There is another access token than before, whoever got it. */
  | { readonly kind: 'refreshed' }
  /** Nobody is signed in, or not any more. */
  | { readonly kind: 'signed-out' }
  /** The server cannot be reached or asks to wait. The session is untouched. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number };

export interface Refresher {
  /** Refreshes. `patient`: tries again for a while before it says that it was to no avail. */
  readonly refresh: (options?: { patient?: boolean }) => Promise<RefreshOutcome>;
  /** Gives up what is under way: its answer will change nothing. */
  readonly cancel: () => void;
  /** The network is back: no need to wait on. */
  readonly hurry: () => void;
  readonly connection: () => Connection;
  /** Milliseconds until the next try makes sense; 0: now. */
  readonly restFor: () => number;
}

export interface RefresherParts {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly holder: SessionHolder;
  readonly kept: KeptSession;
  readonly siblings: Pick<Siblings, 'ask'>;
  readonly serverClock: ServerClock;
  readonly history: History;
  readonly lock: TabLock;
  /** Called outside the lock whenever something may have changed. */
  readonly publish: () => void;
}

/** How long whoever waits is kept waiting over failures, in milliseconds. */
const patience = 20_000;

/** How long other tabs may take to say what they hold, in milliseconds: after waiting for one, and otherwise. */
const askAfterWait = 250;
const askFirst = 60;

/** What one try came to; or how long the server wants to be left alone, in milliseconds, 0 where it does not say. */
type Attempt = Exclude<RefreshOutcome['kind'], 'unavailable'> | { readonly retryAfter: number };

export function createRefresher(parts: RefresherParts): Refresher {
  const { environment, settings, holder, kept, siblings, serverClock, history, lock, publish } = parts;
  const { now, random, setTimer, isOffline } = environment;
  let running: Promise<RefreshOutcome> | undefined;
  let giveUp = new AbortController();
  let failures = 0;
  let rest: { readonly from: Moment; readonly time: number; readonly asked: boolean } | undefined;
  let wake = (): void => undefined;

  function restFor(): number {
    return rest === undefined ? 0 : Math.max(0, rest.time - longestSince(rest.from, now()));
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = setTimer(() => resolve(), milliseconds);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async function run(basis: Session, patient: boolean, { signal }: AbortController): Promise<RefreshOutcome> {
    const began = now();
    for (;;) {
      const wait = restFor();
      const left = patient && !isOffline() ? patience - longestSince(began, now()) : 0;
      if (wait > left) return { kind: 'unavailable', retryAfterSeconds: Math.ceil(wait / 1000) };
      if (wait > 0) await pause(wait);
      if (signal.aborted) return { kind: 'signed-out' };
      const attempt = await lock((contended) => once(basis, contended, signal));
      settle(attempt);
      publish();
      if (typeof attempt === 'string') return { kind: attempt };
    }
  }

  function settle(attempt: Attempt): void {
    if (typeof attempt === 'string') {
      rest = undefined;
      failures = 0;
      return;
    }
    rest = { from: now(), time: backoff(failures, attempt.retryAfter, random()), asked: attempt.retryAfter > 0 };
    failures += 1;
    history.note('unavailable', isOffline() ? 'offline' : undefined);
  }

  /** What is done under the lock: nothing of the user's runs here, and each step is bounded. */
  async function once(basis: Session, contended: boolean, signal: AbortSignal): Promise<Attempt> {
    if (hasFresher(basis)) return 'refreshed';
    await siblings.ask(contended ? askAfterWait : askFirst);
    const record = await kept.reconcile();
    if (hasFresher(basis)) return 'refreshed';
    const session = holder.session();
    if (session === undefined || signal.aborted) return 'signed-out';
    const sent = settings.delivery === 'body' ? record?.refreshToken : undefined;
    const answer = await exchange(environment, `${settings.issuer}/token`, tokenRequest(session, sent), signal);
    return conclude(session, sent, answer);
  }

  function hasFresher(basis: Session): boolean {
    const session = holder.session();
    return session !== undefined && session !== basis && accessTokenRemaining(session, now()) > 0;
  }

  function tokenRequest({ sessionId }: Session, refreshToken: string | undefined): RequestInit {
    const { clientId, delivery } = settings;
    const inCookie = delivery === 'cookie';
    return {
      method: 'POST',
      headers: { ...serverClock.deadline(exchangeTime), ...(inCookie && { [clientHeader]: sessionId }) },
      credentials: inCookie ? 'include' : 'omit',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        ...(refreshToken !== undefined && { refresh_token: refreshToken }),
        ...(clientId !== undefined && { client_id: clientId }),
      }),
    };
  }

  async function conclude(basis: Session, sent: string | undefined, answer: Answer): Promise<Attempt> {
    const serverTime = serverClock.learn(answer);
    const session = readSession(answer, { received: now(), serverTime, random: random() });
    if (session?.sessionId === basis.sessionId) {
      await kept.renew(session, basis, { sent, received: refreshTokenIn(answer) });
      return holder.session() === undefined ? 'signed-out' : 'refreshed';
    }
    return errorOf(answer)?.error === 'invalid_grant' ? refused(basis, sent) : { retryAfter: retryAfterOf(answer) };
  }

  /** A refusal is definite only if what was refused is still what this browser has. */
  async function refused(basis: Session, sent: string | undefined): Promise<Attempt> {
    const record = await kept.reconcile();
    const session = holder.session();
    if (session === undefined) return 'signed-out';
    if (session.sessionId !== basis.sessionId || record?.refreshToken !== sent) return { retryAfter: 0 };
    await kept.leave(basis.sessionId, endReason(basis));
    return 'signed-out';
  }

  /** For the words alone, so that here even the wall clock will do. */
  function endReason(session: Session): EndReason {
    const { refreshTokenExpiresAt, received } = session;
    const life = lifeUntil(session, refreshTokenExpiresAt);
    const { wall } = now();
    const isPast = life === undefined ? wall > refreshTokenExpiresAt * 1000 : longestSince(received, now()) > life;
    return refreshTokenExpiresAt !== 0 && isPast ? 'timed_out' : 'ended';
  }

  return {
    refresh({ patient = true } = {}) {
      const basis = holder.session();
      if (basis === undefined) return Promise.resolve({ kind: 'signed-out' });
      const mine = giveUp;
      running ??= run(basis, patient, mine).finally(() => {
        if (mine === giveUp) running = undefined;
      });
      return running;
    },
    cancel() {
      giveUp.abort();
      giveUp = new AbortController();
      running = undefined;
      rest = undefined;
      wake();
    },
    hurry() {
      if (rest?.asked) return;
      rest = undefined;
      wake();
    },
    connection: () => (failures === 0 ? 'ok' : isOffline() ? 'offline' : 'unreachable'),
    restFor,
  };
}
