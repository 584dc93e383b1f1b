/**
 * A system that moves between the modes under load: several servers on one SQLite file, restarted one at a time, and honest
 * clients that hold a key and hop between those that are up.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionMode } from '../../src/protocol/wire.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { createProofKey } from '../dpop/proof-key.ts';
import { addUsers } from '../drills/add-users.ts';
import { createHistory, type History, judge } from '../drills/history.ts';
import { HonestClient, pause } from '../drills/honest-client.ts';
import { cli, freePort, type ServerProcess, startServer } from '../drills/server-process.ts';

export interface MovingOptions {
  readonly servers: number;
  readonly clients: number;
  readonly retryWindowSeconds: number;
}

export interface MovingResult {
  readonly restarts: number;
  /** Refreshes by outcome, or by status where there was none. */
  readonly refreshes: Readonly<Record<string, number>>;
  /** Uses of access tokens by status. */
  readonly uses: Readonly<Record<string, number>>;
  /** Honest clients that were signed out. */
  readonly signedOut: number;
  /** Clients that do not hold a token of the mode, at the end of each direction. */
  readonly leftBehind: number;
  /** Broken properties, in words. */
  readonly broken: readonly string[];
}

const issuer = 'http://localhost:3000';
const secret = 'a root secret for moving and for nothing else';
const password = 'correct horse battery staple';
const tabs = 2;

/** Moves a system from stored to stateless sessions and back. */
export async function runMoving({
  servers: count,
  clients: clientCount,
  retryWindowSeconds,
}: MovingOptions): Promise<MovingResult> {
  const retryWindow = retryWindowSeconds * 1000;
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-moving-'));
  const file = join(folder, 'moving.db');
  const usernames = Array.from({ length: clientCount }, (_, index) => `user${index}`);
  await addUsers(createSqliteStore({ path: file }), { usernames, password, secret });
  const system = await openSystem(file, count, retryWindowSeconds);
  try {
    const history = createHistory();
    const uses: Record<string, number> = {};
    const clients = usernames.map((username) => createClient(username, system.server, history, retryWindow));
    for (const client of clients) await client.signIn();
    const load = startLoad(clients, system.server, uses, retryWindow);
    const there = await move(system, ['stored', 'stateless'], clients, retryWindow);
    const back = await move(system, ['stateless', 'stored'], clients, retryWindow);
    await load.stop();
    return {
      restarts: system.restarts(),
      refreshes: countBy(history.refreshes, ({ outcome, status }) => outcome ?? String(status ?? 'no answer')),
      uses,
      signedOut: clients.filter(({ signedOut }) => signedOut === 'refused').length,
      leftBehind: there + back,
      broken: judge(history),
    };
  } finally {
    await system.close();
    rmSync(folder, { recursive: true });
  }
}

interface System {
  /** A server that is up. */
  server(): string;
  /** Restarts every server, one at a time. */
  restart(mode: SessionMode, accept: SessionMode): Promise<void>;
  restarts(): number;
  close(): Promise<void>;
}

async function openSystem(file: string, count: number, retryWindowSeconds: number): Promise<System> {
  const start = (port: number, mode: SessionMode, accept: SessionMode) =>
    startServer(cli, port, {
      TALLYSTICK_STORE: `sqlite:${file}`,
      TALLYSTICK_SECRET: secret,
      TALLYSTICK_ISSUER: issuer,
      TALLYSTICK_RETRY_WINDOW_SECONDS: String(retryWindowSeconds),
      TALLYSTICK_EXPLAIN: '1',
      TALLYSTICK_MODE: mode,
      TALLYSTICK_ACCEPT: accept,
    });
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const running = new Map<number, ServerProcess>();
  for (const port of ports) running.set(port, await start(port, 'stored', 'stored'));
  let restarts = 0;
  return {
    server: () => [...running.values()][Math.floor(Math.random() * running.size)]?.url ?? '',
    restart: async (mode, accept) => {
      for (const port of ports) {
        const old = running.get(port);
        running.delete(port);
        await old?.kill('SIGTERM');
        running.set(port, await start(port, mode, accept));
        restarts += 1;
      }
    },
    restarts: () => restarts,
    close: async () => {
      await Promise.all([...running.values()].map(({ kill }) => kill('SIGTERM')));
    },
  };
}

/** The three passes; gives how many clients were left behind before the last of them. */
async function move(
  { restart }: System,
  [from, to]: readonly [SessionMode, SessionMode],
  clients: readonly HonestClient[],
  retryWindow: number,
): Promise<number> {
  await restart(from, to);
  await restart(to, from);
  // In earnest this pass waits for an inactivity limit; these clients are all active, and done within a few windows.
  const remaining = () => clients.filter(({ isStateless }) => isStateless !== (to === 'stateless')).length;
  for (let windows = 0; windows < 10 && remaining() > 0; windows += 1) await pause(retryWindow);
  const leftBehind = remaining();
  await pause(retryWindow);
  await restart(to, to);
  return leftBehind;
}

function createClient(username: string, server: () => string, history: History, retryWindow: number): HonestClient {
  const key = { proofKey: createProofKey(), issuer };
  return new HonestClient({ username, password, server, timeout: retryWindow / 2, history, key });
}

/** Refreshes in all tabs again and again, and uses the access token that is held. */
function startLoad(
  clients: readonly HonestClient[],
  server: () => string,
  uses: Record<string, number>,
  retryWindow: number,
) {
  let over = false;
  const use = async ({ accessToken }: HonestClient): Promise<void> => {
    const headers = { Authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${server()}/me`, { headers, signal: AbortSignal.timeout(retryWindow) }).catch(
      () => undefined,
    );
    const status = String(answer?.status ?? 'no answer');
    uses[status] = (uses[status] ?? 0) + 1;
    await answer?.body?.cancel();
  };
  const lives = clients.map(async (client) => {
    while (!over) {
      await Promise.all([use(client), ...Array.from({ length: tabs }, () => client.refresh())]);
      await pause(Math.random() * retryWindow);
    }
  });
  return {
    stop: async () => {
      over = true;
      await Promise.all(lives);
    },
  };
}

function countBy<Item>(items: readonly Item[], name: (item: Item) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(items, name)].map(([key, found]) => [key, found.length]));
}
