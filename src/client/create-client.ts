/**
 * The client: puts the parts together, and alone tells the application. Decisions are in the parts.
 */
import { type AuthorizedFetch, createRequests } from './authorized-fetch.ts';
import { composeState } from './compose-state.ts';
import { createContext } from './context.ts';
import { type Environment, hostEnvironment, type PageEvent } from './environment.ts';
import { createHistory, type HistoryEntry } from './history.ts';
import type { ClientOptions } from './options.ts';
import { createParking } from './parking.ts';
import { createPost } from './post.ts';
import { createRefresher, type RefreshOutcome } from './refresher.ts';
import { type RemainingTimes, remainingTimes } from './remaining-times.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { type Credentials, createSigning, type SignInResult } from './signing.ts';
import type { ClientState } from './state.ts';
import { watchSession } from './watch-session.ts';

/** Keeps one user of this page signed in. */
export interface Client {
  /** A new object with every change, the same one in between. */
  readonly state: ClientState;
  /** What happened to the session, the newest last: in memory, without anything secret. */
  readonly history: readonly HistoryEntry[];
  /** Calls `listener` after every change of `state`, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Resumes the session of an earlier page load. Once for a client; until then it has no effect on anything. */
  readonly start: () => Promise<void>;
  readonly signIn: (credentials: Credentials) => Promise<SignInResult>;
  /** Ends this session: at once in every tab, then on the server, which is told a few times if need be. */
  readonly signOut: () => Promise<void>;
  /**
   * Removes every other device and signs out of this one; as `fetch` of `DELETE /devices`. Where the answer is not `ok`, as without a
   * recent sign-in (RFC 9470), nothing has happened.
   */
  readonly signOutEverywhere: () => Promise<Response>;
  /**
   * As `fetch`, with the access token for allowed origins. Rejects with a `TypeError` where the network fails, also while
   * refreshing, and with a `SessionEndedError` where the request will not be made, or answered, for the user it was made by.
   */
  readonly fetch: AuthorizedFetch;
  /** Refreshes now. */
  readonly refresh: () => Promise<RefreshOutcome>;
  /**
   * An access token with some life in it, for what `fetch` cannot do; `undefined` where nobody is signed in or none can be had.
   * `background`: as with a request that nobody waits for, unless the user was active since the last refresh it causes none.
   */
  readonly accessToken: (need?: { readonly background?: boolean }) => Promise<string | undefined>;
  readonly times: () => RemainingTimes;
  /** The user wants to stay: refreshes, and so moves the end of inactivity. */
  readonly continue: () => Promise<RefreshOutcome>;
  /** The user has seen that the session is about to end: `state.ending` goes away, and the end comes nevertheless. */
  readonly dismiss: () => void;
  /** The user did something that the page's own events do not show. */
  readonly noteActivity: () => void;
  /** Lets go of the page: no timer, channel or listener remains. The session is untouched. */
  readonly close: () => void;
}

/**
 * Creates a client. Throws a `TypeError` that names the option that is wrong.
 *
 * ```ts
 * const client = createClient({ issuer: location.origin });
 * await client.start();
 * const account = await client.fetch('/bank/account');
 * ```
 */
export function createClient(options: ClientOptions): Client {
  return createClientIn(hostEnvironment(), options);
}

/** As `createClient`, in an environment that is handed in. */
export function createClientIn(host: Environment, options: ClientOptions): Client {
  const history = createHistory(host.wall);
  const context = createContext(host, options, history);
  const keeper = createSessionKeeper(context, publish);
  const post = createPost(context);
  const parking = createParking(context, publish);
  const refresher = createRefresher(context, keeper, post, publish);
  const watch = watchSession(context, keeper, refresher, publish);
  const signing = createSigning(context, keeper, post, start, publish);
  const requests = createRequests(context, keeper, parking, refresher, watch.wasActive, prepare);

  const listeners = new Set<() => void>();
  let state: ClientState = { status: 'starting' };
  let starting: Promise<void> | undefined;
  let stopWatching: (() => void) | undefined;

  function publish(): void {
    const reason = watch.look();
    const waiting = parking.sort(keeper.known()?.facts.subject, !!keeper.session());
    state = composeState(context, keeper, waiting, refresher, reason);
    for (const listener of listeners) listener();
  }

  function onPageEvent(type: PageEvent): void {
    if (type === 'online') refresher.online();
    if (/down|wheel/.test(type)) watch.noteActivity();
    else void keeper.reconcile().then(publish);
  }

  async function resume(): Promise<void> {
    keeper.open();
    await keeper.reconcile();
    await keeper.ask();
    if (!keeper.session()?.accessToken) await refresher.once();
    stopWatching = context.watchPage?.(onPageEvent);
    publish();
  }

  function start(): Promise<void> {
    starting ??= resume();
    return starting;
  }

  async function prepare(): Promise<void> {
    await start();
    // Where there is no page, requests are what the user does.
    if (context.watchPage) watch.tick();
    else watch.noteActivity();
  }

  return {
    get state() {
      return state;
    },
    get history() {
      return history.entries();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start,
    ...signing,
    ...requests,
    async signOutEverywhere() {
      const response = await requests.fetch(`${context.issuer}/devices`, { method: 'DELETE' });
      if (response.ok) await signing.signOut();
      return response;
    },
    refresh: refresher.refresh,
    times: () => remainingTimes(keeper.session(), context.now()),
    continue() {
      watch.noteActivity();
      return refresher.refresh();
    },
    dismiss: watch.dismiss,
    noteActivity: watch.noteActivity,
    close() {
      watch.close();
      stopWatching?.();
      keeper.close();
    },
  };
}
