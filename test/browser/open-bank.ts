/**
 * The demo bank in this process, by a clock that the test moves, behind a proxy that injects faults; and beside its own pages the
 * test's, with the client at hand.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Hono } from 'hono';
import { createBank } from '../../src/cli/demo/create-bank.ts';
import { prepareDemoUsers } from '../../src/cli/demo/demo-users.ts';
import { listen } from '../../src/cli/listen.ts';
import { createPages } from '../../src/cli/pages.ts';
import {
  type ConnectionInfo,
  createTallystick,
  type TallystickEvent,
  type TallystickOptions,
} from '../../src/server/index.ts';
import { createMemoryStore } from '../../src/stores/memory/index.ts';
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts';
import { createLab } from './lab/create-lab.ts';

export interface TestBank {
  /** Where browsers find it. */
  readonly url: string;
  readonly proxy: FaultProxy;
  /** What the server said of itself, the newest last. */
  readonly events: readonly TallystickEvent[];
  /** Moves the server's clock on, and lets the bank's verifier notice. Pages have clocks of their own. */
  advance(seconds: number): Promise<void>;
  /** How many transfers to `recipient` the user has made. */
  transfersOf(username: string, recipient: string): Promise<number>;
  close(): Promise<void>;
}

/** Opens it. `options` are the server's. */
export async function openBank(options: Partial<TallystickOptions> = {}): Promise<TestBank> {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const proxy = await openFaultProxy();
  const issuer = proxy.url;
  const events: TallystickEvent[] = [];
  const auth = createTallystick({
    issuer,
    store: createMemoryStore({ clock: now }),
    secrets: ['the root secret of the tests in a browser'],
    explain: true,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const customers = await prepareDemoUsers(auth.directory);
  const bank = createBank({
    auth,
    issuer,
    customers,
    retryWindowSeconds: 30,
    accessTokenSeconds: options.accessTokenSeconds ?? 900,
    mode: options.mode ?? 'stored',
    now,
  });
  const app = new Hono<{ Bindings: ConnectionInfo }>();
  app.route('/', createPages(['/', '/account'], ''));
  app.route('/bank', bank.app);
  app.route('/lab', await createLab());
  app.all('*', (exchange) => auth.handler(exchange.req.raw, exchange.env));
  const listener = await listen(app.fetch, '127.0.0.1', 0);
  proxy.lead(listener.port);

  const askBank = async (username: string) => {
    const subject = customers.find((customer) => customer.username === username)?.subject ?? '';
    const session = await auth.createSession({ subject });
    if (session.kind !== 'created') throw new Error(`no session: ${session.kind}`);
    const { access_token, session_id } = session.tokens;
    const ask = () => bank.app.request('/account', { headers: { Authorization: `Bearer ${access_token}` } });
    return { sid: session_id, ask };
  };
  return {
    url: issuer,
    proxy,
    events,
    async advance(seconds) {
      ahead += seconds * 1000;
      const { sid, ask } = await askBank('bob');
      await auth.revokeSession(sid);
      while ((await ask()).status !== 401) await wait(10);
    },
    async transfersOf(username, recipient) {
      const { sid, ask } = await askBank(username);
      const { transactions } = (await (await ask()).json()) as {
        readonly transactions: readonly { readonly to: string }[];
      };
      await auth.revokeSession(sid);
      return transactions.filter(({ to }) => to === recipient).length;
    },
    async close() {
      auth.endStreams();
      await proxy.close();
      await listener.close();
      bank.close();
      await auth.close();
    },
  };
}
