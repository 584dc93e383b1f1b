/**
 * `tallystick serve [--demo] [--workers N]`: the standalone server.
 */
import cluster from 'node:cluster';
import { Hono } from 'hono';
import { isLoopback } from '../../protocol/is-loopback.ts';
import type { ConnectionInfo } from '../../server/index.ts';
import { type Config, ConfigError } from '../config.ts';
import { createLog, logEvents } from '../create-log.ts';
import type { Metrics } from '../create-metrics.ts';
import { type ConfiguredServer, createServer } from '../create-server.ts';
import { createBank } from '../demo/create-bank.ts';
import { demoPassword, prepareDemoUsers } from '../demo/demo-users.ts';
import { listen } from '../listen.ts';
import { createPages } from '../pages.ts';
import { signalled } from '../signalled.ts';
import { supervise } from '../supervise.ts';

export interface ServeOptions {
  readonly demo: boolean;
  /** How many processes serve. */
  readonly workers: number;
}

/** Serves until it is told to stop. */
export async function serve(config: Config, { demo, workers }: ServeOptions): Promise<void> {
  if (workers > 1) assertShared(config, demo);
  if (workers === 1 || cluster.isWorker) return serveHere(config, demo);
  process.exitCode = await supervise(workers, createLog(config.TALLYSTICK_LOG_LEVEL));
}

function assertShared({ TALLYSTICK_STORE: store, TALLYSTICK_METRICS_SECRET: metrics }: Config, demo: boolean): void {
  if (demo) throw new ConfigError('--workers: the demo keeps its bank in one process');
  if (store === 'memory:')
    throw new ConfigError('TALLYSTICK_STORE: a store in memory is of one process, without --workers');
  if (metrics !== undefined)
    throw new ConfigError('TALLYSTICK_METRICS_SECRET: metrics are of one process, without --workers');
}

async function serveHere(config: Config, demo: boolean): Promise<void> {
  if (demo && !isLoopback(config.HOST))
    throw new ConfigError('HOST: the demo, whose passwords everyone knows, is for loopback');
  const log = createLog(config.TALLYSTICK_LOG_LEVEL);
  const explain = config.TALLYSTICK_EXPLAIN ?? demo;
  const metrics = await loadMetrics(config);
  const logEvent = logEvents(log);
  const { auth, issuer } = await createServer({ ...config, TALLYSTICK_EXPLAIN: explain }, (event) => {
    logEvent(event);
    metrics?.onEvent(event);
  });
  const app = new Hono<{ Bindings: ConnectionInfo }>();
  const stopMetrics = metrics ? mountMetrics(app, metrics, { auth, issuer }) : () => {};
  app.route('/', createPages(demo ? ['/', '/account'] : ['/account'], pathOf(issuer)));
  const closeBank = demo ? await mountDemo(app, { auth, issuer, config }) : () => {};
  app.all('*', (exchange) => auth.handler(exchange.req.raw, exchange.env));
  const listener = await listen(app.fetch, config.HOST, config.PORT);
  // Before anybody is told that there is something to stop.
  const stopped = signalled();
  log.info({ pid: process.pid, issuer, host: config.HOST, port: listener.port, store: storeKind(config) }, 'listening');
  if (demo) announce(issuer);
  await stopped;
  log.info('stopping');
  auth.endStreams();
  await listener.close();
  closeBank();
  stopMetrics();
  await auth.close();
}

/** The library for metrics is loaded only where they are asked for. */
async function loadMetrics({ TALLYSTICK_METRICS_SECRET: secret }: Config): Promise<Metrics | undefined> {
  if (secret === undefined) return undefined;
  const { createMetrics } = await import('../create-metrics.ts');
  return createMetrics(secret);
}

function mountMetrics(
  app: Hono<{ Bindings: ConnectionInfo }>,
  { observe, handle, follow }: Metrics,
  { auth, issuer }: Pick<Served, 'auth' | 'issuer'>,
): () => void {
  app.use('*', observe);
  app.get(`${pathOf(issuer)}/metrics`, handle);
  return follow(auth);
}

type Served = Pick<ConfiguredServer, 'auth' | 'issuer'> & { readonly config: Config };

async function mountDemo(
  app: Hono<{ Bindings: ConnectionInfo }>,
  { auth, issuer, config }: Served,
): Promise<() => void> {
  const customers = await prepareDemoUsers(auth.directory);
  const bank = createBank({
    auth,
    issuer,
    customers,
    retryWindowSeconds: config.TALLYSTICK_RETRY_WINDOW_SECONDS,
    accessTokenSeconds: config.TALLYSTICK_ACCESS_TOKEN_SECONDS,
    mode: config.TALLYSTICK_MODE,
  });
  app.route(`${pathOf(issuer)}/bank`, bank.app);
  return bank.close;
}

/** The issuer's path, under which everything is: empty where it has none. */
function pathOf(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/$/, '');
}

function announce(issuer: string): void {
  process.stdout.write(
    `\n  The demo bank is open: ${issuer}/\n  Sign in as alice or bob, password: ${demoPassword}\n  Devices: ${issuer}/account\n\n`,
  );
}

function storeKind({ TALLYSTICK_STORE: name }: Config): string {
  return name.slice(0, name.indexOf(':'));
}
