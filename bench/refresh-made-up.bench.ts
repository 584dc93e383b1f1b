/**
 * Refusing made-up refresh tokens, well-formed but for their MAC, against a bare `node:http` server that answers the same
 * bytes to the same load. That nothing is read for them is counted at the port, with the library in this process.
 */
import { randomBytes } from 'node:crypto';
import { createMemoryStore } from '../src/stores/memory/index.ts';
import { watchStore } from '../test/server/watch-store.ts';
import type { Extent, Line, LineResult } from './line.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { inTurns } from './load/in-turns.ts';
import { refreshing, runLoad } from './load/run-load.ts';
import { compareRates, sayGeneratorShares } from './report/compare-rates.ts';
import { startBare } from './servers/bare.ts';
import { recordAnswer } from './servers/record-answer.ts';
import { serveSqlite, twoProcesses } from './servers/serve-sqlite.ts';
import { findPlace, openTallystick, signInUsers } from './servers/tallystick.ts';

const connections = 64;
const madeUpTokens = 1_000;
const macLength = 16;

export const line: Line = {
  name: 'refresh-made-up',
  title: 'refuse a made-up refresh token, against a bare server',
  measure: (extent, say) => inTemporaryFolder((folder) => measure(folder, extent, say)),
};

async function measure(folder: string, { runs, seconds }: Extent, say: (what: string) => void): Promise<LineResult> {
  const ours = await serveSqlite(folder, 1);
  const two = await serveSqlite(folder, 1, { options: twoProcesses });
  const values = Array.from({ length: madeUpTokens }, () => makeUp(ours.tokens[0] ?? ''));
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: values[0] ?? '' });
  const bare = await startBare(await recordAnswer(`${ours.url}/token`, form), folder);
  const { method, place } = refreshing;
  const load = (url: string) =>
    runLoad({ method, place, connections, seconds, url: `${url}/token`, values, refusedWith: 400 });
  try {
    const servers = {
      'bare node:http': () => load(bare.url),
      Tallystick: () => load(ours.url),
      'Tallystick, two processes': () => load(two.url),
    };
    const rates = await inTurns(runs, say, servers, { warmUp: true });
    return {
      findings: compareRates(rates, 'Tallystick, two processes', {
        'bare node:http': { atLeast: 0.7 },
        Tallystick: undefined,
      }),
      evidence: [await countCalls(), sayGeneratorShares(rates)],
    };
  } finally {
    await bare.kill('SIGTERM');
    await ours.kill('SIGTERM');
    await two.kill('SIGTERM');
  }
}

/** The same token with another MAC. */
function makeUp(token: string): string {
  const [prefix, encoded] = [token.slice(0, 4), token.slice(4)];
  const bytes = Buffer.from(encoded, 'base64url');
  bytes.set(randomBytes(macLength), bytes.length - macLength);
  return prefix + bytes.toString('base64url');
}

async function countCalls(): Promise<string> {
  const store = watchStore(createMemoryStore());
  const auth = openTallystick(await findPlace(), store);
  await auth.ready();
  const [token = ''] = await signInUsers(auth, 1);
  const refreshAll = async (tokens: readonly string[]) => {
    const before = store.calls.length;
    for (const refreshToken of tokens) await auth.refresh({ refreshToken, from: { address: '192.0.2.1' } });
    return store.calls.length - before;
  };
  const forMadeUp = await refreshAll(Array.from({ length: madeUpTokens }, () => makeUp(token)));
  const forGenuine = await refreshAll([token]);
  await auth.close();
  if (forMadeUp !== 0 || forGenuine === 0) throw new Error(`${forMadeUp} calls of the store for made-up tokens`);
  return `${madeUpTokens} made-up tokens made ${forMadeUp} calls of the store, one genuine token ${forGenuine}`;
}
