// A browser that has lost its key, and nothing else: its storage was wiped while the refresh token lives on. Its clock is days off the
// server's as well, which takes a nonce.
import { expect, it } from 'vitest';
import type { KeyStore } from '../../src/client/key-store.ts';
import { withDeviceKey } from '../../src/client/with-device-key.ts';
import { issuer, openServer } from '../server/open-server.ts';

it('is refused for good, ends nobody’s session by that, and is bound anew when its user signs in', async () => {
  const server = await openServer();
  const kept = new Map<string, unknown>();
  const keys: KeyStore = {
    async getOrCreate<Value>(name: string, create: () => Promise<Value>) {
      if (!kept.has(name)) kept.set(name, await create());
      return kept.get(name) as Value;
    },
  };
  const send = withDeviceKey({
    issuer,
    keys,
    fetch: async (input, init) => server.auth.handler(new Request(input, init)),
  });
  const signIn = async () => {
    const body = JSON.stringify({ username: 'ada', password: 'right' });
    const headers = { 'Content-Type': 'application/json' };
    return (await send(`${issuer}/login`, { method: 'POST', headers, body })).json();
  };
  const refresh = async (refresh_token: string) => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token });
    const answer = await send(`${issuer}/token`, { method: 'POST', body });
    return [answer.status, (await answer.json()).error];
  };
  const { refresh_token, session_id } = await signIn();
  expect(await refresh(refresh_token)).toEqual([200, undefined]);
  const before = await server.store.findSessions([session_id]);
  kept.clear();
  expect(await refresh(refresh_token)).toEqual([400, 'invalid_grant']);
  expect(await server.store.findSessions([session_id])).toEqual(before);
  expect(await refresh((await signIn()).refresh_token)).toEqual([200, undefined]);
});
