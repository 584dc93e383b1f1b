/**
 * Everything the client takes from where it runs, handed in, so that the rest decides without knowing. `hostEnvironment` is the
 * real one, of a page, a worker or Node: whatever is missing or denied there is simply absent.
 */
import { type Clock, createClock } from './clock.ts';

/** The part of `localStorage` that is used. Asynchronous ones, such as those of mobile platforms, will do as well. */
export interface ClientStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
}

/** The part of `BroadcastChannel` that is used. */
export interface TabChannel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  close(): void;
}

/** The part of `navigator.locks` that is used. */
export interface TabLocks {
  request(name: string, options: { signal: AbortSignal }, callback: () => Promise<unknown>): Promise<unknown>;
}

/** What happens to the page: it is looked at again, the network is back, or the user does something. */
export type PageEvent = (typeof pageEvents)[number];

export interface Environment extends Clock {
  readonly fetch: typeof fetch;
  /** From 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** Calls once after so many milliseconds, or never where it is cancelled before. */
  readonly setTimer: (callback: () => void, milliseconds: number) => () => void;
  /** Aborts after so many milliseconds. */
  readonly timeout: (milliseconds: number) => AbortSignal;
  readonly locks: TabLocks | undefined;
  readonly openChannel: ((name: string) => TabChannel) | undefined;
  readonly localStorage: ClientStorage | undefined;
  /** Tells of what happens to the page, until the returned function is called. `undefined` where there is no page. */
  readonly watchPage: ((tell: (event: PageEvent) => void) => () => void) | undefined;
  /** The host knows that it has no network. */
  readonly isOffline: () => boolean;
}

export function hostEnvironment(): Environment {
  const { document, BroadcastChannel } = globalThis as Partial<typeof globalThis>;
  return {
    ...createClock(() => performance.now(), Date.now),
    fetch: (input, init) => fetch(input, init),
    random: Math.random,
    setTimer(callback, milliseconds) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    timeout: AbortSignal.timeout,
    locks: navigator.locks,
    openChannel:
      BroadcastChannel &&
      ((name) => {
        const channel: BroadcastChannel & { unref?: () => void } = new BroadcastChannel(name);
        // In Node, a channel would keep the process alive.
        channel.unref?.();
        return channel;
      }),
    // Only a page's: Node has a `localStorage` too, which wants a file.
    localStorage: document && findLocalStorage(),
    watchPage: document && watchPage,
    isOffline: () => navigator.onLine === false,
  };
}

function findLocalStorage(): ClientStorage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

const pageEvents = [
  'visibilitychange',
  'focus',
  'pageshow',
  'resume',
  'online',
  'pointerdown',
  'keydown',
  'wheel',
] as const;

function watchPage(tell: (event: PageEvent) => void): () => void {
  const stop = new AbortController();
  for (const type of pageEvents) {
    // What happens to the document is seen on its way down through the window; of focus, only the window's own.
    addEventListener(type, () => tell(type), { capture: type !== 'focus', passive: true, signal: stop.signal });
  }
  return () => stop.abort();
}
