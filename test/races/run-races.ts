/**
 * Many servers, one store: honest clients with several tabs each refresh, repeat, sign out and remove one another's devices
 * at the same time, each request at a random server. Any store joins by the environment its servers are started with.
 */

import { createHistory, type History } from '../drills/history.ts';
import { HonestClient, pause } from '../drills/honest-client.ts';
import { cli, freePort, startServer } from '../drills/server-process.ts';

export interface RaceOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Users of the directory that are there already, with this password. */
  readonly usernames: readonly string[];
  readonly password: string;
  readonly servers: number;
  /** How many rounds every client goes through. */
  readonly rounds: number;
  readonly retryWindowSeconds: number;
}

export interface RaceResult {
  readonly history: History;
  /** Clients that were signed out though nobody had ended their session. */
  readonly lost: number;
  /** Sessions that were ended by choice or by another device, and those among them that refresh all the same. */
  readonly ended: number;
  readonly undone: number;
}

const tabs = 3;

/** Runs the race; the servers are gone when it ends. */
export async function runRaces(options: RaceOptions): Promise<RaceResult> {
  const history = createHistory();
  const servers = await Promise.all(
    Array.from({ length: options.servers }, async () => startServer(cli, await freePort(), environmentOf(options))),
  );
  try {
    const server = () => servers[Math.floor(Math.random() * servers.length)]?.url ?? '';
    const timeout = (options.retryWindowSeconds * 1000) / 2;
    const clients = options.usernames.map(
      (username) => new HonestClient({ username, password: options.password, server, timeout, history }),
    );
    await inTurns(clients, 4, (client) => client.signIn());
    const results = await Promise.all(clients.map((client, index) => live(client, options, history, index, server)));
    const ended = clients.filter((_, index) => results[index] === 'ended');
    const refused = await Promise.all(ended.map((client) => client.isRefused()));
    return {
      history,
      lost: clients.filter(({ signedOut }, index) => signedOut === 'refused' && results[index] !== 'ended').length,
      ended: ended.length,
      undone: refused.filter((isRefused) => !isRefused).length,
    };
  } finally {
    await Promise.all(servers.map(({ kill }) => kill('SIGTERM')));
  }
}

function environmentOf({ environment, retryWindowSeconds }: RaceOptions): Readonly<Record<string, string>> {
  return {
    TALLYSTICK_ISSUER: 'http://localhost:3000',
    TALLYSTICK_RETRY_WINDOW_SECONDS: String(retryWindowSeconds),
    TALLYSTICK_EXPLAIN: '1',
    ...environment,
  };
}

/** One client's life: all its tabs refresh at once, again and again; some sign out in the middle of it. */
async function live(
  client: HonestClient,
  { rounds, retryWindowSeconds }: RaceOptions,
  history: History,
  index: number,
  server: () => string,
): Promise<'kept' | 'ended'> {
  const endsAt = index % 3 === 0 ? Math.floor(rounds / 2) : undefined;
  for (let round = 0; round < rounds; round += 1) {
    const refreshes = Array.from({ length: tabs }, () => client.refresh());
    if (round === endsAt) {
      await (index % 2 === 0 ? client.signOut() : removeOwnDevice(client, history, server()));
      await Promise.all(refreshes);
      await Promise.all(Array.from({ length: tabs }, () => client.refresh()));
      return 'ended';
    }
    await Promise.all(refreshes);
    // Sometimes within the window, so that there are retries, and sometimes past it, so that there are rotations.
    await pause(Math.random() * retryWindowSeconds * 2_000);
  }
  return 'kept';
}

async function removeOwnDevice(client: HonestClient, history: History, server: string): Promise<void> {
  const url = `${server}/devices/${client.deviceId}`;
  const response = await fetch(url, { method: 'DELETE', headers: { Authorization: `Bearer ${client.accessToken}` } });
  if (response.status !== 204) throw new Error(`removing a device was answered ${response.status}`);
  client.signedOut = 'by_choice';
  history.ends.push({ sid: client.sid, acknowledgedAt: performance.now() });
}

/** Does something for each of `items`, a few at a time. */
async function inTurns<Item>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
