/**
 * `tallystick serve [--demo]`: the standalone server.
 */
import { Hono } from 'hono';
import type { ConnectionInfo } from '../../server/index.ts';
import { type Config, ConfigError } from '../config.ts';
import { createLog, logEvents } from '../create-log.ts';
import { createServer } from '../create-server.ts';
import { createBank } from '../demo/create-bank.ts';
import { demoPassword, prepareDemoUsers } from '../demo/demo-users.ts';
import { listen } from '../listen.ts';
import { createPages } from '../pages.ts';

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);

/** Serves until it is told to stop. */
export async function serve(config: Config, { demo }: { readonly demo: boolean }): Promise<void> {
  if (demo && !loopback.has(config.HOST))
    throw new ConfigError('HOST: the demo, whose passwords everyone knows, is for loopback');
  const log = createLog(config.TALLYSTICK_LOG_LEVEL);
  const explain = config.TALLYSTICK_EXPLAIN ?? demo;
  const { auth, issuer } = await createServer({ ...config, TALLYSTICK_EXPLAIN: explain }, logEvents(log));
  const app = new Hono<{ Bindings: ConnectionInfo }>();
  app.route('/', createPages(demo ? ['/', '/account'] : ['/account']));
  const closeBank = demo ? await mountDemo(app, { auth, issuer, config }) : () => {};
  app.all('*', (exchange) => auth.handler(exchange.req.raw, exchange.env));
  const listener = await listen(app.fetch, config.HOST, config.PORT);
  log.info({ issuer, host: config.HOST, port: listener.port, store: storeKind(config) }, 'listening');
  if (demo) announce(issuer);
  await signalled();
  log.info('stopping');
  auth.endStreams();
  await listener.close();
  closeBank();
  await auth.close();
}

type Served = Awaited<ReturnType<typeof createServer>> & { readonly config: Config };

async function mountDemo(
  app: Hono<{ Bindings: ConnectionInfo }>,
  { auth, issuer, config }: Served,
): Promise<() => void> {
  const customers = await prepareDemoUsers(auth.directory);
  const bank = createBank({ auth, issuer, customers, retryWindowSeconds: config.TALLYSTICK_RETRY_WINDOW_SECONDS });
  app.route('/bank', bank.app);
  return bank.close;
}

function announce(issuer: string): void {
  process.stdout.write(
    `\n  The demo bank is open: ${issuer}/\n  Sign in as alice or bob, password: ${demoPassword}\n  Devices: ${issuer}/account\n\n`,
  );
}

function storeKind({ TALLYSTICK_STORE: name }: Config): string {
  return name.slice(0, name.indexOf(':'));
}

async function signalled(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
