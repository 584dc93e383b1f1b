/**
 * Figures for an operator, in Prometheus' text format: what was answered and how fast, what became of sign-ins and refreshes,
 * what went wrong, and how old the head of the feed is. Labels are words of ours; no user, no device and no token is among them.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { MiddlewareHandler } from 'hono';
import type { EventListener, Tallystick, TallystickEvent } from '../server/index.ts';

export interface Metrics {
  /** Counts events. */
  readonly onEvent: EventListener;
  /** Counts and times requests. */
  readonly observe: MiddlewareHandler;
  /** Answers whoever knows the secret; anybody else gets what an unknown path gets. */
  readonly handle: MiddlewareHandler;
  /** Follows the feed of `auth`, for the age of its head; gives the way out. */
  follow(auth: Tallystick): () => void;
}

/** The paths that are counted by name; every other one is `other`, since a path may hold anything. */
const endpoints: ReadonlySet<string> = new Set([
  '/login',
  '/token',
  '/logout',
  '/revoke',
  '/introspect',
  '/me',
  '/devices',
  '/password',
  '/revocations',
  '/.well-known/jwks.json',
  '/readyz',
]);

/** From a millisecond, for what needs no store, to what a client waits for. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(secret: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const observe = createObserver(registry);
  const headReadAt = new Gauge({
    name: 'tallystick_feed_head_read_at_seconds',
    help: 'When this server last read the head of the revocation feed, by the clock of the store.',
    registers: [registry],
  });
  return {
    onEvent: createEventCounter(registry),
    observe,
    handle: async (exchange, next) => {
      if (!isBearer(exchange.req.header('authorization'), secret)) return next();
      const text = await registry.metrics();
      return exchange.body(text, 200, { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' });
    },
    follow: (auth) => auth.revocations.subscribe((_entries, readAt) => headReadAt.set(readAt)),
  };
}

function createObserver(registry: Registry): MiddlewareHandler {
  const seconds = new Histogram({
    name: 'tallystick_request_seconds',
    help: 'How long answers took, by endpoint and status.',
    labelNames: ['endpoint', 'status'],
    buckets,
    registers: [registry],
  });
  return async (exchange, next) => {
    const startedAt = performance.now();
    await next();
    const labels = { endpoint: endpointOf(exchange.req.path), status: exchange.res.status };
    // An event stream is answered when it begins; how long it stays says nothing.
    seconds.observe(labels, (performance.now() - startedAt) / 1000);
  };
}

/** `/devices/ID` is `/devices`; below an issuer with a path, the end of the path says which endpoint it is. */
function endpointOf(path: string): string {
  const plain = path.replace(/\/devices\/[^/]*$/, '/devices');
  return [...endpoints].find((endpoint) => plain.endsWith(endpoint)) ?? 'other';
}

function createEventCounter(registry: Registry): EventListener {
  const events = new Counter({
    name: 'tallystick_events_total',
    help: 'What has happened, by kind: sessions that began and ended, replays, faults of the store, and so on.',
    labelNames: ['type', 'reason'],
    registers: [registry],
  });
  return (event) => events.inc({ type: event.type, reason: reasonOf(event) });
}

/** Of events that have one, the word for why or how; never what a caller has sent. */
function reasonOf(event: TallystickEvent): string {
  if ('reason' in event) return event.reason;
  if ('outcome' in event) return event.outcome;
  return 'where' in event ? event.where : '';
}

function isBearer(authorization: string | undefined, secret: string): boolean {
  const [expected, presented] = [`Bearer ${secret}`, authorization ?? ''].map((text) =>
    createHash('sha256').update(text).digest(),
  );
  return timingSafeEqual(expected as Buffer, presented as Buffer);
}
