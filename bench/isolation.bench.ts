/**
 * What floods do to everybody else: the p99 of refreshes under a steady load, alone and beside sign-ins that keep argon2id at
 * full load, beside made-up refresh tokens that never pause, and beside one client that refreshes a single session in a loop; and
 * beside sign-ins from many more connections than everybody else has. In turns, on one `tallystick serve`; what the
 * flood was answered is counted, and the server's memory is looked at.
 */
import { readFileSync } from 'node:fs';
import { createSqliteStore } from '../src/stores/sqlite/index.ts';
import { addUsers } from '../test/drills/add-users.ts';
import type { ServerProcess } from '../test/drills/server-process.ts';
import type { Extent, Line, LineResult } from './line.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { inTurns } from './load/in-turns.ts';
import { type LoadResult, refreshing, runLoad } from './load/run-load.ts';
import { ratios } from './report/statistics.ts';
import { findPlace, openTallystick, secret, signInUsers, startTallystick } from './servers/tallystick.ts';

const sessions = 5_000;
/** Of everybody else, and of a flood. */
const connections = 16;
/** Of a flood from everywhere. */
const manyConnections = 200;
/** How long a sender of a flood waits after a refusal, in milliseconds. One in a loop without would be most of the load. */
const breath = 20;
/** Others than those who are refreshed. */
const usernames = Array.from({ length: 20 }, (_, index) => `sign-in-${index}`);
const password = 'a password of the benchmark';

export const line: Line = {
  name: 'isolation',
  title: 'p99 of other users’ refreshes while the server is flooded',
  measure: (extent, say) => inTemporaryFolder((folder) => measure(folder, extent, say)),
};

/** The answers to a flood, by status, and how many of the refusals said when to come again. */
type Answers = Map<number, { count: number; saidWhen: number }>;

async function measure(folder: string, { runs, seconds }: Extent, say: (what: string) => void): Promise<LineResult> {
  const { server, tokens } = await start(`${folder}/tallystick.db`);
  const [broken = '', ...others] = tokens;
  let values: readonly string[] = others;
  const share = Math.floor(others.length / (runs * 5 + 1));
  const load = (): Promise<LoadResult> => {
    const mine = values.slice(0, share);
    values = values.slice(share);
    return runLoad({ ...refreshing, connections, seconds, url: `${server.url}/token`, values: mine });
  };
  const answers: Record<string, Answers> = {};
  const beside = (name: string, senders: number, send: (index: number) => Promise<Response>) => async () => {
    const flood = startFlood(senders, send);
    try {
      return await load();
    } finally {
      answers[name] = await flood.stop();
    }
  };
  const besideMadeUp = async () => {
    const value = `${broken.slice(0, -4)}AAAA`;
    const flood = runLoad({
      ...refreshing,
      next: undefined,
      refusedWith: 400,
      connections,
      seconds: seconds + 1,
      url: `${server.url}/token`,
      values: [value],
    });
    const result = await load();
    answers['made-up tokens'] = new Map([[400, { count: (await flood).answered, saidWhen: 0 }]]);
    return result;
  };
  let current = broken;
  try {
    say('warming up');
    await load();
    const before = memoryOf(server.pid);
    const results = await inTurns(runs, say, {
      alone: load,
      'sign-ins': beside('sign-ins', connections, (index) => signIn(server.url, index)),
      'made-up tokens': besideMadeUp,
      'one broken client': beside('one broken client', 1, async () => {
        const response = await refresh(server.url, current);
        if (response.ok) current = (await response.clone().json()).refresh_token;
        return response;
      }),
      'sign-ins, 200 at once': beside('sign-ins, 200 at once', manyConnections, (index) => signIn(server.url, index)),
    });
    const p99 = (name: keyof typeof results) => results[name].map((result) => result.p99);
    const floods = ['sign-ins', 'made-up tokens', 'one broken client'] as const;
    return {
      findings: [
        ...floods.map((name) => ({
          what: `p99 beside ${name} / alone`,
          unit: '×' as const,
          runs: ratios(p99(name), p99('alone')),
          bar: { atMost: 3 },
        })),
        ...(['alone', ...floods, 'sign-ins, 200 at once'] as const).map((name) => ({
          what: `p99 ${name}`,
          unit: 'ms' as const,
          runs: p99(name),
        })),
      ],
      evidence: [
        ...Object.entries(answers).map(([name, counted]) => `${name} were answered ${describe(counted)}`),
        `the server's memory: ${before} MB before, ${memoryOf(server.pid)} MB after`,
      ],
    };
  } finally {
    await server.kill('SIGTERM');
  }
}

/** Behind a proxy, so that a flood can come from everywhere. */
async function start(path: string): Promise<{ server: ServerProcess; tokens: readonly string[] }> {
  const place = await findPlace();
  const store = createSqliteStore({ path });
  const auth = openTallystick(place, store);
  await auth.ready();
  const tokens = await signInUsers(auth, sessions);
  await auth.close();
  await addUsers(createSqliteStore({ path }), { usernames, password, secret });
  const server = await startTallystick(place, `sqlite:${path}`, { TALLYSTICK_TRUSTED_PROXIES: '127.0.0.1' });
  return { server, tokens };
}

/** Right passwords: wrong ones would be throttled before a single one is hashed. */
function signIn(url: string, index: number): Promise<Response> {
  return fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': `198.51.100.${index % 250}` },
    body: JSON.stringify({ username: usernames[index % usernames.length], password }),
  });
}

function refresh(url: string, refreshToken: string): Promise<Response> {
  return fetch(`${url}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  });
}

function startFlood(count: number, send: (index: number) => Promise<Response>): { stop(): Promise<Answers> } {
  const answers: Answers = new Map();
  let isOver = false;
  let sent = 0;
  const sender = async () => {
    while (!isOver) {
      const { status, ok, headers, body } = await send(sent++);
      await body?.cancel();
      const counted = answers.get(status) ?? { count: 0, saidWhen: 0 };
      counted.count += 1;
      if (headers.has('retry-after')) counted.saidWhen += 1;
      answers.set(status, counted);
      if (!ok) await new Promise((resolve) => setTimeout(resolve, breath));
    }
  };
  const senders = Promise.all(Array.from({ length: count }, sender));
  return {
    stop: async () => {
      isOver = true;
      await senders;
      return answers;
    },
  };
}

function describe(answers: Answers): string {
  return [...answers]
    .toSorted(([one], [other]) => one - other)
    .map(
      ([status, { count, saidWhen }]) =>
        `${status} ${count} times${saidWhen ? ` (${saidWhen} said when to come again)` : ''}`,
    )
    .join(', ');
}

/** In MB, as the kernel counts it. */
function memoryOf(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
