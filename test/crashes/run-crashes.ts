/**
 * Honest clients under load at a server that is killed with SIGKILL again and again, at named points and at random, and
 * started again each time. Some clients sign out on the way. At the end: who was signed out, and what came undone?
 */
import { fileURLToPath } from 'node:url';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { addUsers } from '../drills/add-users.ts';
import { createHistory, type History } from '../drills/history.ts';
import { HonestClient, pause } from '../drills/honest-client.ts';
import { freePort, type ServerProcess, startServer } from '../drills/server-process.ts';
import { type CrashPoint, crashPoints } from './crash-points.ts';

export interface CrashOptions {
  /** Where the database goes. */
  readonly file: string;
  readonly kills: number;
  readonly clients: number;
  onKill?(done: number): void;
}

export interface CrashResult {
  readonly history: History;
  readonly kills: Readonly<Record<CrashPoint, number>>;
  readonly signedOut: number;
  /** Sign-outs that were acknowledged, and those of them whose session refreshes all the same. */
  readonly signOuts: number;
  readonly undone: number;
}

const secret = 'a root secret for the crashes only';
const password = 'correct horse battery staple';
const script = fileURLToPath(new URL('crashing-server.ts', import.meta.url));
/** As the server has it, in milliseconds. */
const retryWindow = 4_000;
const tabs = 2;

/** Kills `kills` servers, and judges what the clients have seen. */
export async function runCrashes(options: CrashOptions): Promise<CrashResult> {
  const usernames = Array.from({ length: options.clients }, (_, index) => `user${index}`);
  await addUsers(createSqliteStore({ path: options.file }), { usernames, password, secret });
  const history = createHistory();
  const port = await freePort();
  const server = () => `http://127.0.0.1:${port}`;
  const clients = usernames.map(
    (username) => new HonestClient({ username, password, server, timeout: retryWindow / 2, history }),
  );
  const start = (point: CrashPoint) => {
    const after = 1 + Math.floor(Math.random() * 3 * options.clients);
    return startServer([script, options.file, secret, point, String(after)], port, {});
  };

  const first = await start('at-random');
  await Promise.all(clients.map((client) => client.signIn()));
  let over = false;
  const lives = clients.map(async (client, index) => {
    const leavesAt = index % 4 === 0 ? 3 : Number.POSITIVE_INFINITY;
    for (let round = 0; !over && round < leavesAt; round += 1) {
      await Promise.all(Array.from({ length: tabs }, () => client.refresh()));
      await pause(Math.random() * retryWindow * 0.6);
    }
    if (Number.isFinite(leavesAt)) await client.signOut();
  });
  const kills = await killAll(options, first, start);
  over = true;
  const last = await start('at-random');
  await Promise.all(lives);
  await last.kill('SIGKILL');

  const after = await start('at-random');
  const leavers = clients.filter(({ signedOut }) => signedOut === 'by_choice');
  const refused = await Promise.all(leavers.map((client) => client.isRefused()));
  await after.kill('SIGKILL');
  return {
    history,
    kills,
    signedOut: clients.filter(({ signedOut }) => signedOut === 'refused').length,
    signOuts: leavers.length,
    undone: refused.filter((isRefused) => !isRefused).length,
  };
}

async function killAll(
  { kills, onKill }: CrashOptions,
  first: ServerProcess,
  start: (point: CrashPoint) => Promise<ServerProcess>,
): Promise<Record<CrashPoint, number>> {
  const counts = { 'before-write': 0, 'inside-group': 0, 'before-answer': 0, 'at-random': 0 };
  await first.kill('SIGKILL');
  for (let done = 0; done < kills; done += 1) {
    const point = crashPoints[done % crashPoints.length] ?? 'at-random';
    const server = await start(point);
    if (point === 'at-random') {
      await pause(Math.random() * 1_500);
      await server.kill('SIGKILL');
    } else await server.ended;
    counts[point] += 1;
    onKill?.(done + 1);
  }
  return counts;
}
