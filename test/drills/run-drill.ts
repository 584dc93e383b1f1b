/**
 * A drill: two servers on one database engine, honest clients under load that hop between them, and something that goes
 * wrong on the way. Some clients sign out before, meanwhile and after. At the end: who was signed out, what came undone,
 * what was answered, and when did the last error come?
 */
import { randomUUID } from 'node:crypto';
import { createNamedStore } from '../../src/cli/open-store.ts';
import { addUsers } from './add-users.ts';
import { createHistory, type History, judge, type Refresh } from './history.ts';
import { HonestClient, pause } from './honest-client.ts';
import { cli, freePort, startServer } from './server-process.ts';

export interface DrillOptions {
  /** As `TALLYSTICK_STORE` has it. */
  readonly store: string;
  readonly clients: number;
  /** How long the load lasts before the fault and after it, in milliseconds. */
  readonly before: number;
  readonly after: number;
  /** Whether the fault is one in which the engine loses acknowledged rotations. */
  readonly losesWrites?: boolean;
  /** Does the damage; resolves when nothing more is done. */
  fail(drill: DrillUnderWay): Promise<void>;
}

/** What a fault may have to know. */
export interface DrillUnderWay {
  /**
   * From now on nobody signs out until `resumeSignOuts`: for what the engine is known not to keep. Resolves when those that
   * were under way are acknowledged.
   */
  holdSignOuts(): Promise<void>;
  resumeSignOuts(): void;
  /** The moment that recovery is counted from; the beginning of `fail` unless told otherwise. */
  startClock(): void;
}

export interface DrillResult {
  /** Refreshes by outcome, or by status where there was none. */
  readonly answers: Readonly<Record<string, number>>;
  readonly signedOut: number;
  /** Sign-outs that were acknowledged, and those of them whose session refreshes all the same. */
  readonly signOuts: number;
  readonly undone: number;
  /** Broken properties, in words. */
  readonly broken: readonly string[];
  /** From the fault to the end of the last refresh that failed, in milliseconds; 0 where none did. */
  readonly recoveredAfter: number;
}

/** Whatever shares a store with a drill has the same one. */
export const secret = 'a root secret for the drills and for nothing else';
const password = 'correct horse battery staple';
/** In milliseconds. */
const retryWindow = 6_000;
const tabs = 2;
const environment = {
  TALLYSTICK_SECRET: secret,
  TALLYSTICK_ISSUER: 'http://localhost:3000',
  TALLYSTICK_RETRY_WINDOW_SECONDS: String(retryWindow / 1000),
  TALLYSTICK_EXPLAIN: '1',
};

/** Runs one drill, from the first sign-in to the verdict. */
export async function runDrill({ store, clients: count, ...load }: DrillOptions): Promise<DrillResult> {
  const usernames = Array.from({ length: count }, (_, index) => `${randomUUID()}-${index}`);
  await addUsers((await createNamedStore(store)).store, { usernames, password, secret });
  const servers = await Promise.all(
    [1, 2].map(async () => startServer(cli, await freePort(), { ...environment, TALLYSTICK_STORE: store })),
  );
  try {
    const server = () => servers[Math.floor(Math.random() * servers.length)]?.url ?? '';
    const history = createHistory();
    const clients = usernames.map(
      (username) => new HonestClient({ username, password, server, timeout: retryWindow / 2, history }),
    );
    await Promise.all(clients.map((client) => client.signIn()));
    return await judgeLoad(clients, history, load);
  } finally {
    await Promise.all(servers.map((each) => each.kill('SIGKILL')));
  }
}

async function judgeLoad(
  clients: readonly HonestClient[],
  history: History,
  { before, after, losesWrites = false, fail }: Omit<DrillOptions, 'store' | 'clients'>,
): Promise<DrillResult> {
  let over = false;
  let mayLeave = true;
  const underWay: Promise<void>[] = [];
  let faultAt = Number.POSITIVE_INFINITY;
  const lives = clients.map(async (client, index) => {
    const leavesAt = index % 3 === 0 ? performance.now() + Math.random() * (before + after) : Number.POSITIVE_INFINITY;
    while (!over && !(mayLeave && performance.now() > leavesAt)) {
      await Promise.all(Array.from({ length: tabs }, () => client.refresh()));
      await pause(Math.random() * retryWindow * 0.5);
    }
    if (over) return;
    const leaving = client.signOut();
    underWay.push(leaving);
    await leaving;
  });
  await pause(before);
  const startClock = () => {
    faultAt = performance.now();
  };
  startClock();
  await fail({
    startClock,
    holdSignOuts: async () => {
      mayLeave = false;
      await Promise.all(underWay);
    },
    resumeSignOuts: () => {
      mayLeave = true;
    },
  });
  await pause(after);
  over = true;
  await Promise.all(lives);
  const leavers = clients.filter(({ signedOut }) => signedOut === 'by_choice');
  const refused = await Promise.all(leavers.map((client) => client.isRefused()));
  return {
    answers: countAnswers(history),
    signedOut: clients.filter(({ signedOut }) => signedOut === 'refused').length,
    signOuts: leavers.length,
    undone: refused.filter((isRefused) => !isRefused).length,
    broken: judge(history, { losesWrites }),
    recoveredAfter: recoveredAfter(history, faultAt),
  };
}

function countAnswers({ refreshes }: History): Record<string, number> {
  const answers = Map.groupBy(refreshes, ({ outcome, status }) => outcome ?? String(status ?? 'no answer'));
  return Object.fromEntries([...answers].map(([answer, found]) => [answer, found.length]));
}

function recoveredAfter({ refreshes }: History, faultAt: number): number {
  const failed = ({ status, endedAt }: Refresh) => (status === undefined || status >= 500) && endedAt > faultAt;
  return Math.round(Math.max(0, ...refreshes.filter(failed).map(({ endedAt }) => endedAt - faultAt)));
}
