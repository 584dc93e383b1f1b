/**
 * Sign-ins at two servers that have nothing in common but their store: they check as many guesses as one of them would, and
 * refuse nobody who is honest.
 */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { createTallystick, type Tallystick } from '../../src/server/index.ts';
import type { Store } from '../../src/stores/store.ts';
import { asOpened } from './as-opened.ts';

const issuer = 'https://auth.example';

/** Takes two stores that are open, and closes them when it is done. */
export async function checkGuesses(stores: readonly [Store, Store]): Promise<void> {
  const checked: string[] = [];
  const servers = stores.map((store) =>
    createTallystick({
      issuer,
      store: asOpened(store),
      secrets: ['the root secret of two servers on one store'],
      authenticate: async ({ username, password }) => {
        checked.push(username);
        await turn();
        return password === 'right' ? { authenticated: true, subject: username } : { authenticated: false };
      },
    }),
  );
  const signIn = (count: number, username: string, password: string) =>
    Promise.all(
      Array.from({ length: count }, () => servers.map((server) => login(server, { username, password }))).flat(),
    );
  try {
    const guesses = await signIn(250, 'ada', 'wrong');
    assert.deepEqual(counted(guesses), { 401: 10, 429: 490 });
    assert.equal(checked.length, 10, 'no more passwords were checked');
    assert.deepEqual(counted(await signIn(1, 'ada', 'right')), { 429: 2 });
    assert.deepEqual(counted(await signIn(11, 'grace', 'right')), { 200: 22 });
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

async function login(
  { handler }: Tallystick,
  credentials: { readonly username: string; readonly password: string },
): Promise<number> {
  const request = new Request(`${issuer}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  return (await handler(request, { remoteAddress: '192.0.2.1' })).status;
}

/** How many there are of each. */
function counted(statuses: readonly number[]): Readonly<Record<number, number>> {
  return Object.fromEntries(
    [...Map.groupBy(statuses, (status) => status)].map(([status, all]) => [status, all.length]),
  );
}
