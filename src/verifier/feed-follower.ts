/**
 * Follows `GET /revocations` of one server: as an event stream and, where that does not get through, by asking again and
 * again. It brings messages in order or asks for the whole list anew; what they mean for a token is decided elsewhere.
 */
import type { RevocationsResponse } from '../protocol/wire.ts';
import { LateError, withDeadline } from '../time/with-deadline.ts';
import { createEventStreamReader, type StreamEvent } from './event-stream.ts';
import { type Fetch, readText } from './fetch-json.ts';
import { readRevocations } from './read-revocations.ts';
import type { TellVerifierEvent } from './verifier-event.ts';
import type { Wait } from './wait.ts';

/** Durations in milliseconds. */
export interface FeedFollowerOptions {
  readonly url: string;
  /** The feed secret, sent as a bearer credential to `url` and nowhere else. */
  readonly secret: string;
  readonly fetch: Fetch;
  /** Gets each message that follows on from the one before; a snapshot follows on from anything. */
  readonly receive: (message: RevocationsResponse, isSnapshot: boolean) => void;
  readonly tell: TellVerifierEvent;
  readonly wait: Wait;
  /** From 0 to 1, so that many verifiers do not come back in step. */
  readonly random: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number;
  /** A stream by which the head is not read anew for this long is taken for dead, whatever else comes through. */
  readonly silence: number;
}

/** How often to ask where the event stream does not get through, and after how long to try the stream again. */
const pollEvery = 1000;
const pollFor = 60_000;
const firstPause = 250;
const longestPause = 10_000;

const eventStream = 'text/event-stream';

/** For 1 M entries in one snapshot, and to spare. */
const maxMessageLength = 256 * 1024 * 1024;

/** Starts following at once. Gives what stops it. */
export function followFeed(options: FeedFollowerOptions): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const place = createPlace(options);

  const run = async () => {
    for (let failures = 0; !signal.aborted; ) {
      const heard = (await streamOnce(options, place, signal)) || (await pollForAWhile(options, place, signal));
      failures = heard ? 0 : failures + 1;
      const pause = Math.min(firstPause * 2 ** failures, longestPause);
      await options.wait(pause * (0.5 + options.random() / 2), signal);
    }
  };
  void run();
  return () => stopping.abort();
}

/** Where in the feed we are. */
interface Place {
  /** What to go on from; `undefined` asks for everything. */
  readonly cursor: string | undefined;
  /**
   * Takes a message in, and gives whether the server has read the head since the one before: anything less is no sign of
   * life. Throws where it does not follow on, having forgotten the place.
   */
  take(message: RevocationsResponse): boolean;
  /** How long the head has not been read anew, as far as we have heard. */
  quietFor(): number;
}

function createPlace({ receive, tell, monotonic }: FeedFollowerOptions): Place {
  let cursor: string | undefined;
  let position: number | undefined;
  let headReadAt = Number.NEGATIVE_INFINITY;
  let movedAt = monotonic();
  const forget = () => {
    cursor = undefined;
    position = undefined;
  };
  return {
    get cursor() {
      return cursor;
    },
    take: (message) => {
      const isSnapshot = message.reset || cursor === undefined;
      const [first] = message.entries;
      const isGap = first ? position !== undefined && first.position !== position + 1 : message.cursor !== cursor;
      if (isGap && !isSnapshot) {
        forget();
        tell({ type: 'feed_gap' });
        throw new Error('the feed does not go on from where it was');
      }
      cursor = message.cursor;
      position = message.entries.at(-1)?.position ?? (isSnapshot ? undefined : position);
      const isNews = message.head_read_at > headReadAt;
      if (isNews) movedAt = monotonic();
      // The one before, not the latest: a server whose clock was set back moves on from there.
      headReadAt = message.head_read_at;
      receive(message, isSnapshot);
      return isNews;
    },
    quietFor: () => monotonic() - movedAt,
  };
}

/** Holds one stream until it ends. Gives whether it brought news up to then, and so is worth coming back to. */
async function streamOnce(options: FeedFollowerOptions, place: Place, stopping: AbortSignal): Promise<boolean> {
  let heard = false;
  const take = (message: RevocationsResponse) => {
    const isNews = place.take(message);
    heard ||= isNews;
    return isNews;
  };
  await attempt(options, stopping, async (signal) => {
    const resume = place.cursor === undefined ? {} : { 'last-event-id': place.cursor };
    const response = await ask(options, options.url, { accept: eventStream, ...resume }, signal);
    // A server that only answers, or something between us that collects: ask in turns then.
    if (!response.headers.get('content-type')?.startsWith(eventStream)) throw new Error('not an event stream');
    await readEvents(response, { ...options, signal, take }).catch((error: unknown) => {
      if (error instanceof LateError) heard = false;
      throw error;
    });
  });
  return heard;
}

/** Asks in short turns until that brings no news, or it is time to try the stream again. Gives whether there was news. */
async function pollForAWhile(options: FeedFollowerOptions, place: Place, stopping: AbortSignal): Promise<boolean> {
  let heard = false;
  for (let waited = 0; waited < pollFor && !stopping.aborted; waited += pollEvery) {
    const isAnswered = await attempt(options, stopping, async (signal) => {
      const url = new URL(options.url);
      if (place.cursor !== undefined) url.searchParams.set('after', place.cursor);
      const response = await ask(options, url.href, { accept: 'application/json' }, signal);
      const isNews = place.take(
        parseMessage(await withDeadline(readText(response, maxMessageLength), options.silence)),
      );
      heard ||= isNews;
      // A server that has lost its store: ask it less and less often.
      if (place.quietFor() >= options.silence) throw new LateError('no news in time');
    });
    if (!isAnswered) break;
    await options.wait(pollEvery * (0.5 + options.random() / 2), stopping);
  }
  return heard;
}

/** Runs `exchange` with a signal that ends with it, or sooner. Gives whether it went well; tells where it did not. */
async function attempt(
  { tell }: FeedFollowerOptions,
  stopping: AbortSignal,
  exchange: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const connection = new AbortController();
  const stop = () => connection.abort();
  stopping.addEventListener('abort', stop);
  try {
    await exchange(connection.signal);
    return true;
  } catch (error) {
    if (!stopping.aborted)
      tell({ type: 'feed_disconnected', reason: error instanceof Error ? error.message : 'failed' });
    return false;
  } finally {
    stopping.removeEventListener('abort', stop);
    connection.abort();
  }
}

async function ask(
  { fetch, secret, silence }: FeedFollowerOptions,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const init = { headers: { ...headers, authorization: `Bearer ${secret}` }, redirect: 'manual', signal } as const;
  const response = await withDeadline(fetch(url, init), silence);
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  return response;
}

interface Reading extends Pick<FeedFollowerOptions, 'monotonic' | 'silence'> {
  readonly signal: AbortSignal;
  /** Gives whether the message is a sign of life. */
  readonly take: (message: RevocationsResponse) => boolean;
}

/** Reads events until the stream ends, brings no news for too long, or says something that does not follow on. */
async function readEvents({ body }: Response, { signal, silence, monotonic, take }: Reading): Promise<void> {
  if (body === null) throw new Error('an empty answer');
  const reader = body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const events = createEventStreamReader(maxMessageLength);
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}));
  for (let newsAt = monotonic(); ; ) {
    const left = newsAt + silence - monotonic();
    // What comes without a pause would win against any timer.
    if (left <= 0) throw new LateError('no news in time');
    const { done, value } = await withDeadline(reader.read(), left);
    if (done) throw new Error('the stream has ended');
    const isNews = events.push(decoder.decode(value, { stream: true })).map((event) => takeEvent(event, take));
    // A snapshot may be long on its way: whatever of it comes is news as well.
    if (isNews.includes(true) || events.isMidLine()) newsAt = monotonic();
  }
}

function takeEvent({ type, data }: StreamEvent, take: Reading['take']): boolean {
  if (type === 'snapshot') return take({ ...parseMessage(data), reset: true });
  return (type === 'entries' || type === 'heartbeat') && take(parseMessage(data));
}

function parseMessage(text: string | undefined): RevocationsResponse {
  const message = text === undefined ? undefined : readRevocations(text);
  if (message === undefined) throw new Error('not a message of the feed');
  return message;
}
