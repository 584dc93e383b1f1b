/**
 * The client: puts the parts together, and alone tells the application. Decisions are in the parts.
 */
import { type AuthorizedFetch, createAuthorizedFetch } from './authorized-fetch.ts';
import { composeState } from './compose-state.ts';
import { type Environment, hostEnvironment, type PageSignal } from './environment.ts';
import { createHistory, type HistoryEntry } from './history.ts';
import { type Obtained, obtainToken, type TokenNeed } from './obtain-token.ts';
import { type ClientOptions, readOptions } from './options.ts';
import { createParking } from './parking.ts';
import { createPost, exchangeTime } from './post.ts';
import { createRecordStore, type SessionRecord } from './record.ts';
import { createRefresher, type RefreshOutcome } from './refresher.ts';
import { type RemainingTimes, remainingTimes } from './remaining-times.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { createSiblings } from './siblings.ts';
import type { Credentials } from './sign-in.ts';
import { createSigning, type SignInResult } from './signing.ts';
import type { ClientState, EndReason } from './state.ts';
import { createTabLock } from './tab-lock.ts';
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
  const environment = { ...host, fetch: options.fetch ?? host.fetch };
  const { clock, watchPage } = environment;
  const settings = readOptions(options, !!watchPage);
  const inCookie = settings.delivery === 'cookie';
  const name = `tallystick:${settings.clientId ?? 'app'}@${settings.issuer}`;
  // With the refresh token in storage that no other tab sees, each tab has a session of its own.
  const isShared = inCookie || !!options.storage;

  const listeners = new Set<() => void>();
  let state: ClientState = { status: 'starting' };
  let starting: Promise<void> | undefined;
  let hasStarted = false;
  let stopWatching = (): void => undefined;

  const history = createHistory(clock.wall);
  const records = createRecordStore(options.storage ?? (inCookie ? environment.localStorage : undefined), name);
  const siblings = createSiblings(environment, isShared ? name : '', {
    session: () => keeper.session(),
    async onSession(session) {
      if (!inCookie && (await records.read())?.facts.sessionId !== session.facts.sessionId) return false;
      const isNews = keeper.adopt(session);
      if (isNews) publish();
      return isNews;
    },
    onLeft(sessionId, reason) {
      void keeper.leave(sessionId, reason);
      publish();
    },
  });
  const keeper = createSessionKeeper({ clock, records, siblings, history });
  const post = createPost(environment, settings);
  const lock = createTabLock(isShared ? environment.locks : undefined, environment.setTimer, name, exchangeTime);
  const parking = createParking(() => keeper.session()?.facts.subject, publish);
  const parts = {
    environment,
    settings,
    clock,
    keeper,
    siblings,
    history,
    post,
    records,
    lock,
    parking,
    leave,
    publish,
  };
  const refresher = createRefresher(parts);
  const watch = watchSession({ ...parts, refresher, timeOut });
  const obtain = (need: TokenNeed): Promise<Obtained> => obtainToken({ ...parts, ...watch, refresher }, need);
  const signing = createSigning({ ...parts, refresher, start });
  const authorizedFetch = createAuthorizedFetch({ ...parts, obtain, prepare });

  function publish(): void {
    watch.look();
    parking.sort(keeper.owner().subject, !!keeper.session());
    if (hasStarted) state = composeState({ ...parts, refresher, watch });
    for (const listener of listeners) listener();
  }

  /** Leaves a session in every tab. */
  function leave(sessionId: string, reason: EndReason): Promise<SessionRecord | undefined> {
    siblings.tellLeft(sessionId, reason);
    return keeper.leave(sessionId, reason);
  }

  function timeOut(sessionId: string): void {
    void leave(sessionId, 'timed_out');
    publish();
  }

  function onPageSignal(signal: PageSignal): void {
    if (signal === 'activity') watch.noteActivity();
    if (signal === 'online') refresher.hurry();
    if (signal === 'look') void lookAround();
    else if (watch.look()) publish();
  }

  async function lookAround(): Promise<void> {
    await keeper.reconcile();
    publish();
  }

  async function resume(): Promise<void> {
    siblings.open();
    await keeper.reconcile();
    await siblings.ask();
    if (keeper.session()?.accessToken === undefined) await refresher.refresh(false);
    hasStarted = true;
    stopWatching = watchPage?.(onPageSignal) ?? stopWatching;
    publish();
  }

  function start(): Promise<void> {
    starting ??= resume();
    return starting;
  }

  async function prepare(): Promise<void> {
    await start();
    // Where there is no page, requests are what the user does.
    if (!watchPage) watch.noteActivity();
    if (watch.look()) publish();
  }

  async function signOutEverywhere(): Promise<Response> {
    const response = await authorizedFetch(`${settings.issuer}/devices`, { method: 'DELETE' });
    if (response.ok) await signing.signOut();
    return response;
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
    signOutEverywhere,
    fetch: authorizedFetch,
    refresh: () => refresher.refresh(true),
    async accessToken({ background = false } = {}) {
      await prepare();
      const { sessionId = '' } = keeper.session()?.facts ?? {};
      const obtained = await obtain({ sessionId, background });
      const isAlive = remainingTimes(keeper.session(), clock.now()).accessTokenRemainingMs > 0;
      return typeof obtained === 'object' && isAlive ? obtained.token : undefined;
    },
    times: () => remainingTimes(keeper.session(), clock.now()),
    continue() {
      watch.noteActivity();
      return refresher.refresh(true);
    },
    dismiss: watch.dismiss,
    noteActivity: watch.noteActivity,
    close() {
      watch.stop();
      stopWatching();
      siblings.close();
    },
  };
}
