/**
 * How long after a device is removed its access token is refused by verifiers in another process, which follow the feed
 * over HTTP; the server is on SQLite, in this process. Time counts from the moment the removal was asked for, so it has in it
 * the removal's own flush to disk. With several verifiers it ends when all of them refuse.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { listen } from '../src/cli/listen.ts';
import { createTallystick } from '../src/server/index.ts';
import { createSqliteStore } from '../src/stores/sqlite/index.ts';
import { freePort } from '../test/drills/server-process.ts';
import { spawnNode } from '../test/drills/spawn-node.ts';
import type { Extent, Finding, Line, LineResult } from './line.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { quantile } from './report/statistics.ts';

const feedSecret = 'the-secret-of-the-feed-for-this-run';

/** Bars in milliseconds, for one verifier and for many. */
const settings = [
  { verifiers: 1, removals: 334, removalsInShort: 60, bar: { atMost: 100 } },
  { verifiers: 100, removals: 100, removalsInShort: 20, bar: { atMost: 500 } },
] as const;

export const line: Line = {
  name: 'removal',
  title: 'from the removal of a device to its refusal in another process',
  measure: async (extent, say) => {
    const findings: Finding[] = [];
    for (const setting of settings)
      findings.push(...(await inTemporaryFolder((folder) => measure(folder, setting, extent, say))));
    return {
      findings,
      evidence: ['each run is of its own removals, of which the slowest counts too'],
    } satisfies LineResult;
  },
};

async function measure(
  folder: string,
  { verifiers, removals, removalsInShort, bar }: (typeof settings)[number],
  { runs, short }: Extent,
  say: (what: string) => void,
): Promise<Finding[]> {
  const count = short ? removalsInShort : removals;
  const site = await openSite(folder, verifiers);
  const times: number[][] = [];
  try {
    for (let run = 0; run < runs; run += 1) {
      say(`run ${run + 1} of ${runs}: ${count} removals, ${verifiers} verifiers`);
      times.push(await timeRemovals(site, count));
    }
  } finally {
    await site.close();
  }
  const what = verifiers === 1 ? 'one verifier' : `all of ${verifiers} verifiers`;
  const at = (share: number) => times.map((found) => quantile(found, share));
  return [
    { what: `${what}, p99 of ${count}`, unit: 'ms', runs: at(0.99), bar },
    { what: `${what}, p50`, unit: 'ms', runs: at(0.5) },
    { what: `${what}, the slowest`, unit: 'ms', runs: at(1) },
  ];
}

type Site = Awaited<ReturnType<typeof openSite>>;

/** The server in this process, and the API with its verifiers in another. */
async function openSite(folder: string, verifiers: number) {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const store = createSqliteStore({ path: `${folder}/removal.db` });
  const auth = createTallystick({ store, issuer, secrets: ['a root secret for this run alone'], feedSecret });
  await auth.ready();
  const listener = await listen((request, info) => auth.handler(request, info), '127.0.0.1', port);
  const api = await startApi(issuer, verifiers);
  let users = 0;
  return {
    issuer,
    auth,
    verifiers,
    nextUser: () => `user${users++}`,
    askApi: async (token: string) => {
      const response = await fetch(api.url, { headers: { Authorization: `Bearer ${token}` } });
      return (await response.json()) as { readonly refused: number; readonly ready: number };
    },
    close: async () => {
      api.stop();
      auth.endStreams();
      await listener.close();
      await auth.close();
    },
  };
}

async function startApi(issuer: string, verifiers: number) {
  const script = fileURLToPath(new URL('removal-api.ts', import.meta.url));
  const child = spawnNode([script, issuer, feedSecret, String(verifiers)]);
  const [said] = await once(child.stdout, 'data');
  return { url: `http://127.0.0.1:${String(said).trim().slice('port '.length)}`, stop: () => child.kill() };
}

async function timeRemovals(site: Site, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let removal = 0; removal < count; removal += 1) times.push(await timeRemoval(site));
  return times;
}

/** Removes one of a user's devices through another, and gives the milliseconds until every verifier refuses it. */
async function timeRemoval({ issuer, auth, verifiers, nextUser, askApi }: Site): Promise<number> {
  const user = nextUser();
  const [own, lost] = [await signIn(auth, user), await signIn(auth, user)];
  for (let ready = 0; ready < verifiers; ) {
    const answer = await askApi(lost.access_token);
    if (answer.refused > 0) throw new Error('a live token was refused');
    ready = answer.ready;
  }
  const startedAt = performance.now();
  const headers = { Authorization: `Bearer ${own.access_token}` };
  const { status } = await fetch(`${issuer}/devices/${lost.device_id}`, { method: 'DELETE', headers });
  if (status !== 204) throw new Error(`the removal was answered ${status}`);
  for (let refused = 0; refused < verifiers; ) refused = (await askApi(lost.access_token)).refused;
  return performance.now() - startedAt;
}

async function signIn(auth: Site['auth'], subject: string) {
  const result = await auth.createSession({ subject });
  if (result.kind !== 'created') throw new Error(result.reason);
  return result.tokens;
}
