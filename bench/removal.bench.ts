/**
 * How long after a device is removed its access token is refused by verifiers in another process, which follow the feed
 * over HTTP; the server is on SQLite. Run by hand:
 *
 *     node bench/removal.bench.ts [REMOVALS [VERIFIERS]]
 *
 * Time counts from the moment the removal was asked for, so it has in it the removal's own flush to disk. With several
 * verifiers it ends when all of them refuse.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listen } from '../src/cli/listen.ts';
import { createTallystick } from '../src/server/index.ts';
import { createSqliteStore } from '../src/stores/sqlite/index.ts';
import { freePort } from '../test/drills/server-process.ts';

const removals = Number(process.argv[2] ?? 1000);
const verifiers = Number(process.argv[3] ?? 1);
const feedSecret = 'the-secret-of-the-feed-for-this-run';
const folder = mkdtempSync(join(tmpdir(), 'tallystick-removal-'));
const port = await freePort();
const issuer = `http://127.0.0.1:${port}`;
const store = createSqliteStore({ path: join(folder, 'removal.db') });
const auth = createTallystick({ store, issuer, secrets: ['a root secret for this run alone'], feedSecret });
await auth.ready();
const listener = await listen((request, info) => auth.handler(request, info), '127.0.0.1', port);
const api = await startApi();

async function startApi() {
  const script = fileURLToPath(new URL('removal-api.ts', import.meta.url));
  const child = spawn(process.execPath, [script, issuer, feedSecret, String(verifiers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { promise, resolve } = Promise.withResolvers<string>();
  child.stdout.on('data', (chunk) => resolve(String(chunk).trim().slice('port '.length)));
  return { url: `http://127.0.0.1:${await promise}`, stop: () => child.kill() };
}

async function askApi(token: string): Promise<{ refused: number; ready: number }> {
  const response = await fetch(api.url, { headers: { Authorization: `Bearer ${token}` } });
  return (await response.json()) as { refused: number; ready: number };
}

async function signIn(subject: string) {
  const result = await auth.createSession({ subject });
  if (result.kind !== 'created') throw new Error(result.reason);
  return result.tokens;
}

/** Removes one of the user's devices through another, and gives the milliseconds until every verifier refuses it. */
async function removal(round: number): Promise<number> {
  const [own, lost] = [await signIn(`user${round}`), await signIn(`user${round}`)];
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

const times: number[] = [];
for (let round = 0; round < removals; round += 1) times.push(await removal(round));
times.sort((a, b) => a - b);
const at = (share: number) => `${times[Math.min(times.length - 1, Math.floor(times.length * share))]?.toFixed(1)} ms`;
console.log(`${removals} removals, ${verifiers} verifiers: p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`);
api.stop();
auth.endStreams();
await listener.close();
await auth.close();
rmSync(folder, { recursive: true });
