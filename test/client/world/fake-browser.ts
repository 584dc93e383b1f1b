/**
 * A browser on a machine: tabs that share cookies, storage, locks and channels; that can be frozen and closed; on a machine that can
 * sleep and whose wall clock anybody can set. Between it and the server is a network that does as it is told.
 */

import { createClock } from '../../../src/client/clock.ts';
import { type Client, createClientIn } from '../../../src/client/create-client.ts';
import type { ClientStorage, Environment, PageEvent, TabChannel } from '../../../src/client/environment.ts';
import type { ClientOptions } from '../../../src/client/options.ts';
import type { Departure, FakeServer } from './fake-server.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What becomes of a request on its way. */
export type Fault =
  | { readonly kind: 'lose-request' | 'lose-response' | 'duplicate' }
  /** On the way there. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** On the way back. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly retryAfter?: number;
      readonly error?: string;
      readonly milliseconds?: number;
    };

export interface FakeBrowserOptions {
  readonly time: VirtualTime;
  readonly server: FakeServer;
  readonly random: () => number;
  /** What browsers may lack, or deny. */
  readonly without?: readonly ('locks' | 'channels' | 'storage')[];
}

export class FakeBrowser {
  readonly time: VirtualTime;
  readonly server: FakeServer;
  readonly random: () => number;
  readonly tabs: FakeTab[] = [];
  readonly cookies: Map<string, string> = new Map();
  readonly stored: Map<string, string> = new Map();
  readonly without: ReadonlySet<string>;
  /** Decides about each request; none by default. */
  fault: (path: string) => Fault | undefined = () => undefined;
  /** How long a message between tabs takes at least, in milliseconds: on a busy machine, long. */
  messageDelay = 1;
  isOffline = false;
  isAsleep = false;
  /** How far the wall clock is off, and how long the machine slept, in milliseconds. */
  wallOffset = 0;
  slept = 0;
  readonly locks: LockQueue;

  constructor({ time, server, random, without = [] }: FakeBrowserOptions) {
    this.time = time;
    this.server = server;
    this.random = random;
    this.without = new Set(without);
    this.locks = new LockQueue(time);
  }

  openTab(options: Partial<ClientOptions> = {}): FakeTab {
    const tab = new FakeTab(this, options);
    this.tabs.push(tab);
    return tab;
  }

  /** The machine sleeps: its monotonic clock stands still, and nothing in it happens. */
  async sleep(milliseconds: number): Promise<void> {
    this.isAsleep = true;
    await this.time.advance(milliseconds);
    this.isAsleep = false;
    this.slept += milliseconds;
    for (const tab of this.tabs) tab.catchUp();
    for (const tab of this.tabs) tab.signal('focus');
    await this.time.advance(0);
  }

  async goOffline(milliseconds: number): Promise<void> {
    this.isOffline = true;
    await this.time.advance(milliseconds);
    this.isOffline = false;
    for (const tab of this.tabs) tab.signal('online');
    await this.time.advance(0);
  }

  storage(): ClientStorage {
    const deny = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    if (this.without.has('storage')) return { getItem: deny, setItem: deny };
    return {
      getItem: (key) => this.stored.get(key) ?? null,
      setItem: (key, value) => void this.stored.set(key, value),
    };
  }
}

export class FakeTab {
  readonly client: Client;
  readonly browser: FakeBrowser;
  readonly #missed: (() => void)[] = [];
  #isFrozen = false;
  #isClosed = false;
  #tell: (event: PageEvent) => void = () => undefined;
  channel: FakeChannel | undefined;

  constructor(browser: FakeBrowser, options: Partial<ClientOptions>) {
    this.browser = browser;
    this.client = createClientIn(this.#environment(), { issuer: browser.server.issuer, ...options });
  }

  /** The user does something, or the page is shown. */
  signal(event: PageEvent): void {
    if (!this.#isFrozen && !this.#isClosed) this.#tell(event);
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    this.catchUp();
    this.signal('focus');
  }

  /** The process is gone: nothing of it runs any more, and its locks are free. */
  close(): void {
    this.#isClosed = true;
    this.#missed.length = 0;
    this.browser.locks.release(this);
  }

  /** Runs in this tab as soon as anything can. */
  run(task: () => void): void {
    if (this.#isClosed) return;
    if (this.#isFrozen || this.browser.isAsleep) this.#missed.push(task);
    else task();
  }

  catchUp(): void {
    for (const task of this.#missed.splice(0)) this.run(task);
  }

  #environment(): Environment {
    const { browser } = this;
    const { time, without } = browser;
    return {
      fetch: (input, init) => this.#fetch(new Request(input, init)),
      ...createClock(
        () => time.now - browser.slept,
        () => 1_790_000_000_000 + Math.floor(time.now) + browser.wallOffset,
      ),
      random: browser.random,
      setTimer: (callback, milliseconds) => time.schedule(() => this.run(callback), milliseconds),
      timeout: (milliseconds) => {
        const giveUp = new AbortController();
        time.schedule(() => this.run(() => giveUp.abort()), milliseconds);
        return giveUp.signal;
      },
      locks: without.has('locks')
        ? undefined
        : { request: (name, { signal }, callback) => browser.locks.request(this, name, signal, callback) },
      openChannel: without.has('channels')
        ? undefined
        : (name) => {
            this.channel = new FakeChannel(this, name);
            return this.channel;
          },
      localStorage: browser.storage(),
      watchPage: (tell) => {
        this.#tell = tell;
        return () => {
          this.#tell = () => undefined;
        };
      },
      isOffline: () => browser.isOffline,
    };
  }

  async #fetch(request: Request): Promise<Response> {
    const { browser } = this;
    const { time, random } = browser;
    const body = await request.text();
    if (browser.isOffline) throw new TypeError('Failed to fetch');
    const url = new URL(request.url);
    const fault = browser.fault(url.pathname);
    const withCookies = request.credentials === 'include';
    const answered = Promise.withResolvers<Departure>();
    const fail = (): void => this.run(() => answered.reject(new TypeError('Failed to fetch')));
    const arrive = (): Departure =>
      browser.server.handle({
        method: request.method,
        url,
        headers: request.headers,
        body,
        cookies: withCookies ? new Map(browser.cookies) : new Map(),
      });
    const depart = (departure: Departure): void => {
      if (this.#isClosed) return;
      // The browser keeps cookies whether or not the page is awake.
      for (const [name, value] of departure.setCookies) {
        if (value === undefined) browser.cookies.delete(name);
        else browser.cookies.set(name, value);
      }
      this.run(() => answered.resolve(departure));
    };
    const way = (): number => 5 + Math.floor(random() * 40);
    const delay = (fault && 'milliseconds' in fault && fault.milliseconds) || 0;
    const isSlow = fault?.kind === 'slow';
    time.schedule(
      () => {
        if (fault?.kind === 'lose-request') return fail();
        if (fault?.kind === 'refuse') return depart(refusalOf(fault));
        const departure = arrive();
        if (fault?.kind === 'duplicate') time.schedule(arrive, way());
        time.schedule(
          () => (fault?.kind === 'lose-response' ? fail() : depart(departure)),
          way() + (isSlow ? delay : 0),
        );
      },
      way() + (isSlow ? 0 : delay),
    );
    request.signal.addEventListener('abort', () => answered.reject(request.signal.reason));
    return (await answered.promise).response;
  }
}

function refusalOf({ status, retryAfter, error }: Fault & { kind: 'refuse' }): Departure {
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  const body = error === undefined ? 'busy' : JSON.stringify({ error });
  return { response: new Response(body, { status, headers }), setCookies: new Map() };
}

class FakeChannel implements TabChannel {
  onmessage: ((event: MessageEvent) => unknown) | null = null;
  readonly #tab: FakeTab;
  readonly #name: string;

  constructor(tab: FakeTab, name: string) {
    this.#tab = tab;
    this.#name = name;
  }

  postMessage(message: unknown): void {
    const { browser } = this.#tab;
    for (const tab of browser.tabs) {
      if (tab === this.#tab || tab.channel === undefined || tab.channel.#name !== this.#name) continue;
      const { channel } = tab;
      const data: unknown = structuredClone(message);
      const deliver = (): void => tab.run(() => void channel.onmessage?.(new MessageEvent('message', { data })));
      browser.time.schedule(deliver, browser.messageDelay + Math.floor(browser.random() * 5));
    }
  }

  close(): void {
    this.onmessage = null;
  }
}

interface Waiting {
  readonly tab: FakeTab;
  readonly name: string;
  readonly grant: () => void;
}

class LockQueue {
  readonly #time: VirtualTime;
  #held: readonly Waiting[] = [];
  #waiting: readonly Waiting[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  request(tab: FakeTab, name: string, signal: AbortSignal, callback: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        tab,
        name,
        grant: () =>
          tab.run(() => {
            const done = (): void => {
              this.#held = this.#held.filter((other) => other !== entry);
              this.#grant();
              resolve(undefined);
            };
            callback().then(done, done);
          }),
      };
      this.#waiting = [...this.#waiting, entry];
      signal.addEventListener('abort', () => {
        if (!this.#waiting.includes(entry)) return;
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        reject(signal.reason);
      });
      this.#grant();
    });
  }

  /** Everything that a tab holds or waits for. */
  release(tab: FakeTab): void {
    this.#waiting = this.#waiting.filter((entry) => entry.tab !== tab);
    this.#held = this.#held.filter((entry) => entry.tab !== tab);
    this.#grant();
  }

  #grant(): void {
    for (const entry of this.#waiting) {
      if (this.#held.some(({ name }) => name === entry.name)) continue;
      this.#held = [...this.#held, entry];
      this.#waiting = this.#waiting.filter((other) => other !== entry);
      this.#time.schedule(entry.grant, 0);
    }
  }
}
