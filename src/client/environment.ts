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

/** `look`: time may have passed unseen. `activity`: the user did something. `online`: the network is back. */
export type PageSignal = 'look' | 'activity' | 'online';

export interface Environment {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** From 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** Calls once after so many milliseconds, or never where it is cancelled before. */
  readonly setTimer: (callback: () => void, milliseconds: number) => () => void;
  readonly locks: TabLocks | undefined;
  readonly openChannel: ((name: string) => TabChannel) | undefined;
  readonly localStorage: ClientStorage | undefined;
  /** Tells of what happens to the page, until the returned function is called. `undefined` where there is no page. */
  readonly watchPage: ((tell: (signal: PageSignal) => void) => () => void) | undefined;
  /** The host knows that it has no network. */
  readonly isOffline: () => boolean;
}

export function hostEnvironment(): Environment {
  const { navigator } = globalThis;
  const hasPage = typeof document === 'object';
  return {
    fetch: (input, init) => fetch(input, init),
    clock: createClock(() => performance.now(), Date.now),
    random: Math.random,
    setTimer(callback, milliseconds) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    locks: navigator?.locks,
    openChannel: typeof BroadcastChannel === 'function' ? openChannel : undefined,
    // Only a page's: Node has a `localStorage` too, which wants a file.
    localStorage: hasPage ? findLocalStorage() : undefined,
    watchPage: hasPage ? watchPage : undefined,
    isOffline: () => navigator?.onLine === false,
  };
}

function openChannel(name: string): TabChannel {
  const channel: BroadcastChannel & { unref?: () => void } = new BroadcastChannel(name);
  // In Node, a channel would keep the process alive.
  channel.unref?.();
  return channel;
}

function findLocalStorage(): ClientStorage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

const signals: Readonly<Record<string, PageSignal>> = {
  visibilitychange: 'look',
  focus: 'look',
  pageshow: 'look',
  resume: 'look',
  online: 'online',
  pointerdown: 'activity',
  keydown: 'activity',
  wheel: 'activity',
};

function watchPage(tell: (signal: PageSignal) => void): () => void {
  const stop = new AbortController();
  for (const [type, signal] of Object.entries(signals)) {
    // What happens to the document is seen on its way down through the window; of focus, only the window's own.
    const options = { capture: type !== 'focus', passive: true, signal: stop.signal };
    addEventListener(type, () => tell(signal), options);
  }
  return () => stop.abort();
}
