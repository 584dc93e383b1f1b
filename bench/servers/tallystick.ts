/**
 * Tallystick as the benchmark serves it: `tallystick serve` in a process of its own, configured by nothing but its store, a
 * secret and a retry window of 0, so that every refresh rotates; with sessions that stand ready to be refreshed.
 */
import { availableParallelism } from 'node:os';
import { createTallystick, type Tallystick, type TallystickOptions } from '../../src/server/index.ts';
import type { Store } from '../../src/stores/store.ts';
import { cli, freePort, type ServerProcess, startServer } from '../../test/drills/server-process.ts';

/** The root secret of every server here. */
export const secret = 'the root secret of the benchmark that all may know';
const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
/** Enough to keep a write group filled. */
const signInsAtOnce = availableParallelism() * 32;

/** What `startTallystick` and `openTallystick` have to agree upon. */
export interface Place {
  readonly issuer: string;
  readonly port: number;
}

/** A place to be served at. Tokens are made for it before the server is there. */
export async function findPlace(): Promise<Place> {
  const port = await freePort();
  return { issuer: `http://localhost:${port}`, port };
}

/** Starts the standalone server on a store. `environment` adds to its configuration, `options` to its command. */
export function startTallystick(
  { port }: Place,
  store: string,
  environment: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): Promise<ServerProcess> {
  return startServer([...cli, ...options], port, { ...configure(store), ...environment });
}

/** The configuration of the standalone server on a store. */
export function configure(store: string): Readonly<Record<string, string>> {
  return { TALLYSTICK_STORE: store, TALLYSTICK_SECRET: secret, TALLYSTICK_RETRY_WINDOW_SECONDS: '0' };
}

/** The same server as a library in this process. `options` add to its configuration. */
export function openTallystick({ issuer }: Place, store: Store, options: Partial<TallystickOptions> = {}): Tallystick {
  return createTallystick({
    store,
    issuer,
    secrets: [secret],
    retryWindowSeconds: 0,
    ...options,
  });
}

/** Signs in so many users, each on one device, and gives their refresh tokens. */
export async function signInUsers(auth: Tallystick, count: number): Promise<string[]> {
  const tokens: string[] = [];
  let next = 0;
  const work = async () => {
    while (next < count) {
      const index = next++;
      tokens[index] = await signIn(auth, index);
    }
  };
  await Promise.all(Array.from({ length: signInsAtOnce }, work));
  return tokens;
}

async function signIn(auth: Tallystick, index: number): Promise<string> {
  const from = { address: `192.0.2.${index % 256}`, userAgent };
  const created = await auth.createSession({ subject: `user-${index}`, from, amr: ['pwd'] });
  if (created.kind !== 'created') throw new Error(created.reason);
  return created.tokens.refresh_token;
}
