/**
 * The feed endpoint of a fake server, by hand: every connection is held until the test says what comes of it, and every
 * pause of the follower until the test lets it pass.
 */
import type { RevocationsResponse } from '../../src/protocol/wire.ts';
import { followFeed } from '../../src/verifier/feed-follower.ts';
import type { VerifierEvent } from '../../src/verifier/index.ts';

/** One request of the follower, waiting for its answer. */
export interface Connection {
  readonly url: URL;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  answer(response: Response): void;
  fail(reason: string): void;
  /** Answers with an event stream, and gives what writes to it. */
  stream(): FakeStream;
}

export interface FakeStream {
  send(type: string, message: RevocationsResponse | string): void;
  write(text: string | Uint8Array): void;
  end(): void;
}

/** Hands out what comes in, in order, to whoever asks, whoever is first. */
class Queue<Item> {
  private readonly items: Item[] = [];
  private readonly takers: ((item: Item) => void)[] = [];

  put(item: Item): void {
    const taker = this.takers.shift();
    if (taker) taker(item);
    else this.items.push(item);
  }

  take(): Promise<Item> {
    const item = this.items.shift();
    return item === undefined ? new Promise((resolve) => this.takers.push(resolve)) : Promise.resolve(item);
  }

  get length(): number {
    return this.items.length;
  }
}

export interface Received {
  readonly message: RevocationsResponse;
  readonly isSnapshot: boolean;
}

/** A pause that the follower makes, and what ends it. */
export interface Pause {
  readonly milliseconds: number;
  pass(): void;
}

/** A follower, and everything it does. */
export class FollowedFeed {
  readonly connections: Queue<Connection> = new Queue();
  readonly pauses: Queue<Pause> = new Queue();
  readonly received: Queue<Received> = new Queue();
  readonly events: VerifierEvent[] = [];
  readonly told: Queue<VerifierEvent> = new Queue();
  readonly stop: () => void;
  /** Time that has passed for the follower beside the real one, in milliseconds. */
  passed = 0;

  constructor({ silence = 60_000, random = 1 }: { silence?: number; random?: number } = {}) {
    this.stop = followFeed({
      url: 'https://auth.example.com/revocations',
      secret: 'the feed secret',
      fetch: (url, init) =>
        new Promise((resolve, reject) => this.connections.put(toConnection(url, init, resolve, reject))),
      receive: (message, isSnapshot) => this.received.put({ message, isSnapshot }),
      tell: (event) => {
        this.events.push(event);
        this.told.put(event);
      },
      wait: (milliseconds) => new Promise((pass) => this.pauses.put({ milliseconds, pass })),
      random: () => random,
      monotonic: () => performance.now() + this.passed,
      silence,
    });
  }

  /** Lets the next pause pass, and gives how long it would have been. */
  async pass(): Promise<number> {
    const pause = await this.pauses.take();
    pause.pass();
    return pause.milliseconds;
  }
}

function toConnection(
  url: string,
  init: RequestInit,
  resolve: (response: Response) => void,
  reject: (error: Error) => void,
): Connection {
  const { signal } = init;
  if (!signal) throw new Error('a connection that nothing could end');
  return {
    url: new URL(url),
    headers: new Headers(init.headers),
    signal,
    answer: resolve,
    fail: (reason) => reject(new Error(reason)),
    stream: () => {
      const { readable, stream } = createStream();
      resolve(new Response(readable, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }));
      return stream;
    },
  };
}

function createStream(): { readable: ReadableStream<Uint8Array>; stream: FakeStream } {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, {
    highWaterMark: 100,
  });
  const writer = writable.getWriter();
  const write = (text: string | Uint8Array) => {
    writer.write(typeof text === 'string' ? new TextEncoder().encode(text) : text).catch(() => {});
  };
  const send = (type: string, message: RevocationsResponse | string) => {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    const id = typeof message === 'string' ? '' : `id: ${message.cursor}\n`;
    write(`event: ${type}\n${id}data: ${data}\n\n`);
  };
  return { readable, stream: { send, write, end: () => void writer.close().catch(() => {}) } };
}

/** A message of the feed about positions `first` to `last`; none where there is only a cursor. */
export function messageOf(
  cursor: number,
  first: number = cursor + 1,
  changes: Partial<RevocationsResponse> = {},
): RevocationsResponse {
  const entries = Array.from({ length: Math.max(0, cursor - first + 1) }, (_, index) => ({
    position: first + index,
    sid: `session-${first + index}`,
  }));
  return { cursor: `cursor-${cursor}`, reset: false, head_read_at: 1_790_000_000, entries, ...changes };
}
