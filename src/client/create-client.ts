/**
 * The client: puts the parts together, and alone tells the application. Decisions are in the parts.
 */
import { type AuthorizedFetch, createAuthorizedFetch } from './authorized-fetch.ts';
import { longestSince } from './clock.ts';
import { endOnServer } from './end-on-server.ts';
import { type Environment, hostEnvironment, type PageSignal } from './environment.ts';
import { exchangeTime } from './exchange.ts';
import { createHistory, type HistoryEntry } from './history.ts';
import { keepSession } from './keep-session.ts';
import { obtainToken } from './obtain-token.ts';
import { type ClientOptions, readOptions } from './options.ts';
import { createParking } from './parking.ts';
import { createRecordStore } from './record.ts';
import { createRefresher, type RefreshOutcome } from './refresh-session.ts';
import { createServerClock } from './server-clock.ts';
import { accessTokenRemaining, lifeUntil, type Session } from './session.ts';
import { createSessionHolder } from './session-holder.ts';
import { createSiblings } from './siblings.ts';
import { type Credentials, type Refusal, refuse, requestSession } from './sign-in.ts';
import type { ClientState } from './state.ts';
import { createTabLock } from './tab-lock.ts';
import { watchSession } from './watch-session.ts';

export type SignInResult = { readonly ok: true } | Refusal;

/** What is left, in milliseconds, never negative. For countdowns; no decision is to be built on it. */
export interface RemainingTimes {
  readonly accessTokenRemainingMs: number;
  /** `undefined`: never ends, or not known yet. */
  readonly refreshTokenRemainingMs: number | undefined;
  readonly sessionRemainingMs: number | undefined;
}

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
   * Signs out every other device and then this one. Where the server wants a recent sign-in first
   * (`insufficient_user_authentication`), or cannot be reached, nothing has happened.
   */
  readonly signOutEverywhere: () => Promise<SignInResult>;
  /**
   * As `fetch`, with the access token for allowed origins. Rejects with a `TypeError` where the network fails, also while
   * refreshing, and with a `SessionEndedError` where the request will not be made, or answered, for the user it was made by.
   */
  readonly fetch: AuthorizedFetch;
  /** Refreshes now. */
  readonly refresh: () => Promise<RefreshOutcome>;
  /** An access token with some life in it, for what `fetch` cannot do; `undefined` where nobody is signed in or none can be had. */
  readonly accessToken: () => Promise<string | undefined>;
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
  const environment = options.fetch ? { ...host, fetch: options.fetch } : host;
  const { now, watchPage } = environment;
  const settings = readOptions(options, watchPage !== undefined);
  const inCookie = settings.delivery === 'cookie';
  const name = `tallystick:${settings.clientId ?? 'app'}@${settings.issuer}`;
  const storage = options.storage ?? (inCookie ? environment.localStorage : undefined);
  // With the refresh token in storage that no other tab sees, each tab has a session of its own.
  const isShared = inCookie || options.storage !== undefined;

  const holder = createSessionHolder();
  const history = createHistory(() => now().wall);
  const records = createRecordStore(storage, name);
  const serverClock = createServerClock(now);
  const siblings = createSiblings(environment, isShared ? name : undefined, {
    session: holder.session,
    onSession: async (session) => (inCookie || (await isRecorded(session))) && adopt(session),
    onLeft(sessionId, reason) {
      const subject = reason === 'signed_out' ? undefined : holder.session()?.subject;
      if (holder.leave({ sessionId, subject, reason })) history.note('left', reason);
      publish();
    },
  });
  const kept = keepSession({ environment, holder, records, siblings, history });
  const lock = createTabLock(isShared ? environment : { ...environment, locks: undefined }, name, exchangeTime);
  const parking = createParking(() => holder.session()?.subject, publish);
  const refresher = createRefresher({
    environment,
    settings,
    holder,
    kept,
    siblings,
    serverClock,
    history,
    lock,
    publish,
  });
  const watch = watchSession({ environment, settings, holder, refresher, kept, publish });
  const obtain = obtainToken.bind(undefined, { environment, holder, refresher, wasActive: watch.wasActive });
  const authorizedFetch = createAuthorizedFetch({ environment, settings, holder, parking, history, obtain, prepare });

  const listeners = new Set<() => void>();
  let starting: Promise<void> | undefined;
  let isStarting = true;
  let met: string | undefined;
  let turn = 0;
  let stopWatching = (): void => undefined;
  let state: ClientState = { status: 'starting' };

  async function isRecorded({ sessionId }: Session): Promise<boolean> {
    return (await records.read())?.sessionId === sessionId;
  }

  function adopt(session: Session): boolean {
    if (!holder.adopt(session)) return false;
    history.note('adopted');
    publish();
    return true;
  }

  function publish(): void {
    watch.look();
    const session = holder.session();
    if (session?.sessionId !== met) {
      met = session?.sessionId;
      if (session) parking.meet(session.subject);
    }
    if (!session && holder.left()?.reason === 'signed_out') parking.clear('signed_out');
    state = compose();
    for (const listener of listeners) listener();
  }

  function compose(): ClientState {
    if (isStarting) return { status: 'starting' };
    const session = holder.session();
    const waiting = parking.waiting();
    if (session === undefined) {
      const { reason } = holder.left() ?? {};
      return { status: 'signed-out', ...(reason && { reason }), waiting };
    }
    const { subject, sessionId, deviceId, scope, refreshTokenExpiresAt, sessionEndsAt } = session;
    const ending = watch.ending();
    return {
      status: 'signed-in',
      subject,
      sessionId,
      deviceId,
      ...(scope !== undefined && { scope }),
      accessTokenExpiresIn: () => accessTokenRemaining(session, now()),
      refreshTokenExpiresAt,
      sessionEndsAt,
      connection: refresher.connection(),
      ...(ending && { ending }),
      waiting,
    };
  }

  function onPageSignal(signal: PageSignal): void {
    if (signal === 'activity') watch.noteActivity();
    if (signal === 'online') refresher.hurry();
    if (signal === 'look') void lookAround();
    else if (watch.look()) publish();
  }

  async function lookAround(): Promise<void> {
    const before = holder.session();
    await kept.reconcile();
    if (watch.look() || holder.session() !== before) publish();
  }

  async function resume(): Promise<void> {
    siblings.open();
    await kept.reconcile();
    await siblings.ask(60);
    if (holder.session() && !holder.session()?.accessToken) await refresher.refresh({ patient: false });
    isStarting = false;
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

  async function signIn(credentials: Credentials): Promise<SignInResult> {
    await start();
    turn += 1;
    const mine = turn;
    const result = await requestSession({ environment, settings, records, serverClock }, credentials);
    if (!result.ok) return result;
    const { session, refreshToken } = result;
    if (mine !== turn) {
      void endOnServer(environment, settings, { sessionId: session.sessionId, token: refreshToken });
      return refuse('superseded', 'Somebody signed in or out meanwhile.');
    }
    refresher.cancel();
    const begun = kept.begin(session, refreshToken);
    publish();
    await begun;
    return { ok: true };
  }

  async function signOut(): Promise<void> {
    await start();
    turn += 1;
    const sessionId = holder.session()?.sessionId ?? holder.left()?.sessionId;
    refresher.cancel();
    if (sessionId === undefined) return;
    const leaving = kept.leave(sessionId, 'signed_out');
    publish();
    const record = await leaving;
    await endOnServer(environment, settings, { sessionId, token: record?.refreshToken });
  }

  async function signOutEverywhere(): Promise<SignInResult> {
    const result = await removeOtherDevices();
    if (result.ok) await signOut();
    return result;
  }

  async function removeOtherDevices(): Promise<SignInResult> {
    try {
      const response = await authorizedFetch(`${settings.issuer}/devices`, { method: 'DELETE' });
      if (response.ok) return { ok: true };
      const { error, error_description } = (await response.json()) as Record<string, string | undefined>;
      return refuse(error ?? 'unreachable', error_description ?? '');
    } catch {
      return refuse('unreachable', 'The server cannot be reached.');
    }
  }

  function remaining(endsAt: number | undefined): number | undefined {
    const session = holder.session();
    const life = session && lifeUntil(session, endsAt ?? 0);
    return life === undefined || !session ? undefined : Math.max(0, life - longestSince(session.received, now()));
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
    signIn,
    signOut,
    signOutEverywhere,
    fetch: authorizedFetch,
    refresh: () => refresher.refresh(),
    async accessToken() {
      await prepare();
      const owner = holder.session();
      const obtained = owner && (await obtain({ owner, background: false }));
      return typeof obtained === 'object' ? obtained.token : undefined;
    },
    times() {
      const session = holder.session();
      return {
        accessTokenRemainingMs: session ? accessTokenRemaining(session, now()) : 0,
        refreshTokenRemainingMs: remaining(session?.refreshTokenExpiresAt),
        sessionRemainingMs: remaining(session?.sessionEndsAt),
      };
    },
    continue() {
      watch.noteActivity();
      return refresher.refresh();
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
