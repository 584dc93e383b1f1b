/**
 * Many refreshes of stateless sessions bound to keys, on one SQLite file: what of the file has changed when they are over?
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTallystick } from '../../src/server/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { createProofKey, type ProofKey } from '../dpop/proof-key.ts';

export interface StatelessRun {
  /** Length and digest of each file of the store, the log of its writes among them. */
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly sessions: number;
}

interface SignedIn {
  readonly key: ProofKey;
  readonly token: string;
}

const issuer = 'http://localhost:3000';
const sessions = 32;

/** How often the run tells how far it is. */
const toldEvery = 50_000;

/**
 * Signs in, which is counted in the store, looks at its files, and refreshes so many times. A refresh that is not granted ends the
 * run. `say` is told how far it is.
 */
export async function runStateless(refreshes: number, say: (left: number) => void = () => {}): Promise<StatelessRun> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-stateless-'));
  const auth = createTallystick({
    store: createSqliteStore({ path: join(folder, 'stateless.db') }),
    issuer,
    secrets: ['a root secret for this run and for nothing else'],
    mode: 'stateless',
    authenticate: ({ username }) => ({ authenticated: true, subject: username }),
  });
  try {
    await auth.ready();
    const signedIn = await Promise.all(Array.from({ length: sessions }, (_, index) => signIn(index)));
    const before = describeFiles(folder);
    const startedAt = performance.now();
    let left = refreshes;
    const live = async ({ key, token }: SignedIn): Promise<void> => {
      let current = token;
      while (left > 0) {
        left -= 1;
        if (left % toldEvery === 0) say(left);
        const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: current });
        current = await ask(key, '/token', form);
      }
    };
    await Promise.all(signedIn.map(live));
    return { before, after: describeFiles(folder), seconds: (performance.now() - startedAt) / 1000, sessions };
  } finally {
    await auth.close();
    rmSync(folder, { recursive: true });
  }

  async function signIn(index: number): Promise<SignedIn> {
    const key = createProofKey();
    const credentials = JSON.stringify({ username: `user${index}`, password: 'right' });
    return { key, token: await ask(key, '/login', credentials) };
  }

  async function ask(key: ProofKey, path: string, body: string | URLSearchParams, nonce?: string): Promise<string> {
    const headers = {
      DPoP: key.prove({ url: issuer + path, now: Date.now(), nonce }),
      ...(typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}),
    };
    const response = await auth.handler(new Request(issuer + path, { method: 'POST', headers, body }));
    const payload = await response.json();
    // Where this process was held up, the proof had become too old: a client then sends another, with the nonce.
    const isAskedAgain = payload.error === 'use_dpop_nonce' && nonce === undefined;
    if (isAskedAgain) return ask(key, path, body, response.headers.get('DPoP-Nonce') ?? '');
    if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${payload.error}`);
    return payload.refresh_token;
  }
}

/** `-shm` is shared memory that readers mark themselves in; nothing of it outlives the process. */
function describeFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
  return Object.fromEntries(names.toSorted().map((name) => [name, describeFile(join(folder, name))]));
}

function describeFile(path: string): string {
  const bytes = readFileSync(path);
  return `${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}…`;
}
