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
import { type Answers, describeAnswers, type Flood, startFlood } from './load/start-flood.ts';
import { ratios } from './report/statistics.ts';
import { findPlace, openTallystick, secret, signInUsers, startTallystick } from './servers/tallystick.ts';

const sessions = 5_000;
/** Of everybody else, and of a flood. */
const connections = 16;
/** Of a flood from everywhere. */
const manyConnections = 200;
/** Others than those who are refreshed. */
const usernames = Array.from({ length: 20 }, (_, index) => `sign-in-${index}`);
const password = 'a password of the benchmark';

export const line: Line = {
  name: 'isolation',
  title: 'p99 of other users’ refreshes while the server is flooded',
  measure: (extent, say) => inTemporaryFolder((folder) => measure(folder, extent, say)),
};

const floodNames = ['sign-ins', 'made-up tokens', 'one broken client'] as const;
const fromEverywhere = 'sign-ins, 200 at once';
type FloodName = (typeof floodNames)[number] | typeof fromEverywhere;

async function measure(folder: string, extent: Extent, say: (what: string) => void): Promise<LineResult> {
  const { server, tokens } = await start(`${folder}/tallystick.db`);
  const [broken = '', ...others] = tokens;
  const load = createLoad(server.url, others, extent);
  const floods = floodsOf(server.url, broken, extent.seconds);
  const answers: Partial<Record<FloodName, Answers>> = {};
  const beside = (name: FloodName) => async () => {
    const flood = floods[name]();
    try {
      return await load();
    } finally {
      answers[name] = await flood.stop();
    }
  };
  try {
    say('warming up');
    await load();
    const before = memoryOf(server.pid);
    const results = await inTurns(extent.runs, say, {
      alone: load,
      'sign-ins': beside('sign-ins'),
      'made-up tokens': beside('made-up tokens'),
      'one broken client': beside('one broken client'),
      [fromEverywhere]: beside(fromEverywhere),
    });
    return {
      findings: findingsOf((name) => results[name].map(({ p99 }) => p99)),
      evidence: [
        ...Object.entries(answers).map(([name, counted]) => `${name} were answered ${describeAnswers(counted)}`),
        `the server's memory: ${before} MB before, ${memoryOf(server.pid)} MB after`,
      ],
    };
  } finally {
    await server.kill('SIGTERM');
  }
}

/** Everybody else: each load refreshes sessions of its own, since those of the load before have another token by now. */
function createLoad(url: string, tokens: readonly string[], { runs, seconds }: Extent): () => Promise<LoadResult> {
  const share = Math.floor(tokens.length / (runs * (floodNames.length + 2) + 1));
  let left = tokens;
  return () => {
    const values = left.slice(0, share);
    left = left.slice(share);
    return runLoad({ ...refreshing, connections, seconds, url: `${url}/token`, values });
  };
}

/** What starts each flood. `broken` is the refresh token of the client that is refreshed in a loop. */
function floodsOf(url: string, broken: string, seconds: number): Readonly<Record<FloodName, () => Flood>> {
  let current = broken;
  return {
    'sign-ins': () => startFlood(connections, (index) => signIn(url, index)),
    'made-up tokens': () => startMadeUp(url, `${broken.slice(0, -4)}AAAA`, seconds + 1),
    'one broken client': () =>
      startFlood(1, async () => {
        const response = await refresh(url, current);
        if (response.ok) current = (await response.clone().json()).refresh_token;
        return response;
      }),
    [fromEverywhere]: () => startFlood(manyConnections, (index) => signIn(url, index)),
  };
}

/** Never pauses, and so comes from a generator that costs less than this process would. It ends by itself. */
function startMadeUp(url: string, token: string, seconds: number): Flood {
  const refused = { next: undefined, refusedWith: 400, values: [token] };
  const flood = runLoad({ ...refreshing, ...refused, connections, seconds, url: `${url}/token` });
  return { stop: async () => new Map([[400, { count: (await flood).answered, saidWhen: 0 }]]) };
}

function findingsOf(p99: (name: FloodName | 'alone') => readonly number[]): LineResult['findings'] {
  return [
    ...floodNames.map((name) => ({
      what: `p99 beside ${name} / alone`,
      unit: '×' as const,
      runs: ratios(p99(name), p99('alone')),
      bar: { atMost: 3 },
    })),
    ...(['alone', ...floodNames, fromEverywhere] as const).map((name) => ({
      what: `p99 ${name}`,
      unit: 'ms' as const,
      runs: p99(name),
    })),
  ];
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

/** In MB, as the kernel counts it. */
function memoryOf(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
