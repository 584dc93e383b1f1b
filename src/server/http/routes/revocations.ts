/**
 * `GET /revocations`: the feed for resource servers, as JSON by cursor or as an event stream.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { z } from 'zod';
import type { RevocationsResponse } from '../../../protocol/wire.ts';
import type { Context } from '../../context.ts';
import { json } from '../answer.ts';
import { challenge } from '../challenge.ts';
import type { Exchange } from '../exchange.ts';
import { revocationsResponse } from '../openapi/answers.ts';
import { notFound, Problem } from '../problem.ts';
import { bearerToken } from '../require-caller.ts';
import type { Handled, Route } from '../route.ts';

/** How long a stream may be silent, in milliseconds. A verifier's age counts from what a heartbeat tells. */
const heartbeatEvery = 1_000;

export const revocations: Route = {
  method: 'GET',
  path: '/revocations',
  summary: 'The revocation feed, as JSON by cursor or as an event stream. Not found where no feed secret is set.',
  credentials: ['feed_secret'],
  takes: { query: z.object({ after: z.string().optional() }) },
  gives: { 200: revocationsResponse },
  errors: ['invalid_token', 'not_found'],
  handle,
};

async function handle(context: Context, exchange: Exchange): Promise<Handled> {
  requireFeedSecret(context, exchange);
  const asked = exchange.req.header('last-event-id') ?? exchange.req.query('after');
  const after = asked === '' ? undefined : asked;
  // A HEAD is answered without a body, so nobody would ever hang up on its stream.
  const isStream = exchange.req.method === 'GET' && exchange.req.header('accept')?.includes('text/event-stream');
  if (!isStream) return json(await context.feed.read(after));
  const response = streamSSE(exchange, (stream) => follow(context, stream, after));
  // Proxies that gather what they pass on would keep a revocation to themselves.
  response.headers.set('X-Accel-Buffering', 'no');
  return response;
}

function requireFeedSecret(context: Context, exchange: Exchange): void {
  const { feedSecret } = context.settings;
  if (feedSecret === undefined) throw notFound();
  const presented = bearerToken(exchange);
  if (presented !== undefined && timingSafeEqual(digest(presented), digest(feedSecret))) return;
  throw new Problem('invalid_token', {
    description: 'The feed needs its secret.',
    headers: challenge(context, 'Bearer', presented === undefined ? {} : { error: 'invalid_token' }),
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Holds a stream until its follower hangs up, the server stops, or the feed cannot be read: then followers come again. */
async function follow({ feed, tell }: Context, stream: SSEStreamingApi, after: string | undefined): Promise<void> {
  let wake = () => {};
  const leave = feed.onLook(() => wake());
  stream.onAbort(() => wake());
  const nextLook = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    return promise;
  };
  try {
    await writePages(feed, stream, after, nextLook);
  } catch (error) {
    tell({ type: 'fault', where: 'GET /revocations', error });
  } finally {
    leave();
  }
}

/** Writes to one follower at its own pace: what it has not taken yet is read again from its cursor, never queued. */
async function writePages(
  feed: Context['feed'],
  stream: SSEStreamingApi,
  after: string | undefined,
  nextLook: () => Promise<void>,
): Promise<void> {
  let cursor = after;
  let writtenAt = Number.NEGATIVE_INFINITY;
  while (!stream.aborted && !feed.isClosed()) {
    const look = nextLook();
    const page = await feed.read(cursor);
    const isQuiet = page.entries.length === 0 && cursor === page.cursor;
    if (!isQuiet || performance.now() - writtenAt >= heartbeatEvery) {
      await stream.writeSSE({
        event: cursor === undefined ? 'snapshot' : eventOf(page, isQuiet),
        id: page.cursor,
        data: JSON.stringify(page),
      });
      writtenAt = performance.now();
    }
    cursor = page.cursor;
    await look;
  }
}

function eventOf({ reset }: RevocationsResponse, isQuiet: boolean): 'snapshot' | 'entries' | 'heartbeat' {
  if (reset) return 'snapshot';
  return isQuiet ? 'heartbeat' : 'entries';
}
