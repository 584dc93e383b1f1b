/**
 * How long refreshes take while sign-ins hash passwords at full load, against how long they take without. All on SQLite, in
 * one server; the sign-ins are genuine ones, each a session of its own.
 */
import { createSqliteStore } from '../src/stores/sqlite/index.ts';
import type { Extent, Line, LineResult } from './line.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { inTurns } from './load/in-turns.ts';
import { type LoadResult, refreshing, runLoad } from './load/run-load.ts';
import { shareOut } from './load/share-out.ts';
import { ratios } from './report/statistics.ts';
import { findPlace, openTallystick, signInUsers, startTallystick } from './servers/tallystick.ts';

const refreshConnections = 16;
const signInConnections = 32;
const sessions = 8_000;
const users = 20;
const password = 'correct horse battery staple';

export const line: Line = {
  name: 'sign-in-flood',
  title: 'refresh while sign-ins hash passwords at full load',
  measure: (extent, say) => inTemporaryFolder((folder) => measure(folder, extent, say)),
};

async function measure(folder: string, { runs, seconds }: Extent, say: (what: string) => void): Promise<LineResult> {
  say(`signing in ${sessions} users, adding ${users} with passwords`);
  const path = `${folder}/tallystick.db`;
  const place = await findPlace();
  const tokens = await prepare(place, path);
  const server = await startTallystick(place, `sqlite:${path}`);
  const shares = shareOut(tokens, runs * 2);
  const refresh = (share: number) =>
    runLoad({
      ...refreshing,
      connections: refreshConnections,
      seconds,
      url: `${server.url}/token`,
      values: shares[share] ?? [],
    });
  const floods: LoadResult[] = [];
  try {
    const results = await inTurns(runs, say, {
      alone: (run) => refresh(run * 2),
      flooded: async (run) => {
        const [result, flood] = await Promise.all([refresh(run * 2 + 1), signIn(server.url, seconds + 1)]);
        floods.push(flood);
        return result;
      },
    });
    const p99 = { alone: results.alone.map(({ p99 }) => p99), flooded: results.flooded.map(({ p99 }) => p99) };
    const rateOf = (of: readonly LoadResult[]) => of.map(({ rate }) => rate);
    return {
      findings: [
        { what: 'p99 with the flood / without', unit: '×', runs: ratios(p99.flooded, p99.alone), bar: { atMost: 3 } },
        { what: 'p99 without', unit: 'ms', runs: p99.alone },
        { what: 'p99 with the flood', unit: 'ms', runs: p99.flooded },
        { what: 'refreshes without', unit: '/s', runs: rateOf(results.alone) },
        { what: 'refreshes with the flood', unit: '/s', runs: rateOf(results.flooded) },
        { what: 'sign-ins', unit: '/s', runs: rateOf(floods) },
      ],
      evidence: [
        `${sum(floods, 'answered')} sign-ins from ${signInConnections} connections were answered 200, ${sum(floods, 'refused')} refused`,
      ],
    };
  } finally {
    await server.kill('SIGTERM');
  }
}

async function prepare(place: Awaited<ReturnType<typeof findPlace>>, path: string): Promise<string[]> {
  const auth = openTallystick(place, createSqliteStore({ path }));
  await auth.ready();
  const tokens = await signInUsers(auth, sessions);
  for (let index = 0; index < users; index += 1) await auth.directory.add({ username: nameOf(index), password });
  await auth.close();
  return tokens;
}

function signIn(url: string, seconds: number): Promise<LoadResult> {
  const values = Array.from({ length: users }, (_, index) => JSON.stringify({ username: nameOf(index), password }));
  const place = { body: '', type: 'application/json' };
  return runLoad({
    url: `${url}/login`,
    method: 'POST',
    connections: signInConnections,
    seconds,
    values,
    place,
    isFlood: true,
  });
}

function nameOf(index: number): string {
  return `with-password-${index}`;
}

function sum(results: readonly LoadResult[], of: 'answered' | 'refused'): number {
  return results.reduce((total, result) => total + result[of], 0);
}
