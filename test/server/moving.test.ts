/**
 * Moving between the modes: a stored and a stateless server on one store, each of which takes the other's refresh tokens.
 */
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createKeyHolder, type KeyHolder } from './key-holder.ts';
import {
  type Answer,
  expectError,
  expectStatus,
  openServer,
  type StoreKind,
  storeKinds,
  type TestServer,
} from './open-server.ts';

interface Pair {
  readonly stored: TestServer;
  readonly stateless: TestServer;
  /** Moves the one clock that both go by. */
  advance(seconds: number): Promise<void>;
  /** Removes every row that has reached its end, and counts what is left of a session. */
  rowsAfterSweep(sid: string): Promise<number>;
}

async function openPair(kind: StoreKind, options: { readonly allowBearerRefresh?: boolean } = {}): Promise<Pair> {
  const limits = { inactivityTimeoutSeconds: 3_600, absoluteLifetimeSeconds: 86_400 };
  const stored = await openServer({ kind, accept: 'stateless', ...limits });
  const stateless = await openServer({
    mode: 'stateless',
    accept: 'stored',
    store: stored.store,
    ...limits,
    ...options,
  });
  return {
    stored,
    stateless,
    advance: async (seconds) => {
      await stored.advance(seconds);
      await stateless.advance(seconds);
    },
    rowsAfterSweep: async (sid) => {
      while (!(await stored.store.removeExpired(100)).done);
      const [row] = await stored.store.findSessions([sid]);
      return row === undefined ? 0 : 1;
    },
  };
}

const isStored = (token: string) => token.startsWith('tsr_');
const outcomeOf = ({ headers }: Answer) => headers.get('tallystick-refresh');

async function refreshed(holder: KeyHolder, server: TestServer, token: string, outcome: string): Promise<string> {
  const answer = expectStatus(await holder.refresh(server, token), 200);
  expect(outcomeOf(answer)).toBe(outcome);
  return answer.body.refresh_token;
}

describe.each(storeKinds)('a session that meets servers of both modes, on the %s store', (kind) => {
  it('goes to and fro for as long as it likes, bound to its key all the way', async () => {
    const { stored, stateless, advance } = await openPair(kind);
    const holder = createKeyHolder();
    let token = (await holder.login(stored)).refresh_token;
    for (let round = 0; round < 6; round += 1) {
      const server = round % 2 === 0 ? stateless : stored;
      await advance(60);
      expectError(await createKeyHolder().refresh(server, token), 400, 'invalid_grant');
      expectError(await server.refresh(token), 400, 'invalid_grant');
      token = await refreshed(holder, server, token, 'rotate');
      expect(isStored(token)).toBe(server === stored);
      await advance(60);
      token = await refreshed(holder, server, token, server === stored ? 'rotate' : 'slide');
    }
    expect(decodeJwt(await refreshed(holder, stateless, token, 'retry'))).toMatchObject({
      cnf: { jkt: holder.key.thumbprint },
      generation: 9,
    });
  });

  it('is listed with its device as soon as it is a stored one', async () => {
    const { stored, stateless } = await openPair(kind);
    const holder = createKeyHolder();
    const tokens = await holder.login(stateless);
    expectStatus(await stored.me(tokens.access_token), 200);
    const next = await holder.refreshed(stored, tokens.refresh_token);
    const { devices } = (await stored.ask('GET', '/devices', { bearer: next.access_token })).body;
    expect(devices).toMatchObject([{ id: tokens.device_id, current: true, signed_in: true }]);
  });

  it('is a retry, a new branch or a replay by the rule, when its stateless token arrives again', async () => {
    const { stored, stateless, advance } = await openPair(kind);
    const holder = createKeyHolder();
    const { refresh_token: first } = await holder.login(stateless);
    const one = await refreshed(holder, stored, first, 'rotate');
    expect(await refreshed(holder, stored, first, 'retry')).toBe(one);
    expect(isStored(await refreshed(holder, stateless, first, 'retry'))).toBe(false);
    await advance(3_000);
    let token = await refreshed(holder, stateless, first, 'rebranch');
    for (let round = 0; round < 4; round += 1) {
      await advance(60);
      token = await refreshed(holder, stored, token, 'rotate');
    }
    await advance(60);
    expectError(await holder.refresh(stateless, first), 400, 'invalid_grant');
    expectError(await holder.refresh(stored, token), 400, 'invalid_grant');
  });

  it('survives a lost answer and a laptop that slept, when its stored token becomes a stateless one', async () => {
    const { stored, stateless, advance } = await openPair(kind);
    const holder = createKeyHolder();
    const { refresh_token: first } = await holder.login(stored);
    const lost = await refreshed(holder, stateless, first, 'rotate');
    await refreshed(holder, stateless, first, 'retry');
    await advance(3_000);
    const found = await refreshed(holder, stateless, first, 'rebranch');
    await refreshed(holder, stateless, found, 'slide');
    await refreshed(holder, stateless, lost, 'slide');
  });

  it('stays a stored one without a key, where bearer tokens are not allowed, and is not signed out', async () => {
    const { stored, stateless, advance } = await openPair(kind);
    let { refresh_token: token } = await stored.login();
    for (let round = 0; round < 3; round += 1) {
      await advance(60);
      token = (await stateless.refreshed(token)).refresh_token;
      expect(isStored(token)).toBe(true);
    }
    await advance(60);
    const proof = createKeyHolder().proof(stateless, '/token');
    expect(isStored((await stateless.refreshed(token, { headers: proof })).refresh_token)).toBe(true);
  });

  it('becomes a stateless one without a key, where that was asked for by name', async () => {
    const { stored, stateless, advance } = await openPair(kind, { allowBearerRefresh: true });
    const { refresh_token } = await stored.login();
    await advance(60);
    const { refresh_token: next } = await stateless.refreshed(refresh_token);
    expect(isStored(next)).toBe(false);
    await advance(60);
    expect(isStored((await stored.refreshed(next)).refresh_token)).toBe(true);
  });

  it.each(['stored', 'stateless'] as const)('does not come back once a %s server has ended it', async (mode) => {
    const { rowsAfterSweep, advance, ...servers } = await openPair(kind);
    const holder = createKeyHolder();
    const tokens = await holder.login(servers.stateless);
    await advance(3_000);
    const newest = await holder.refreshed(servers.stateless, tokens.refresh_token);
    expectStatus(await servers[mode].ask('POST', '/logout', { form: { refresh_token: tokens.refresh_token } }), 204);
    for (const pause of [0, 60, 3_000, 530]) {
      await advance(pause);
      await rowsAfterSweep(tokens.session_id);
      for (const server of [servers.stored, servers.stateless]) {
        expectError(await holder.refresh(server, newest.refresh_token), 400, 'invalid_grant');
      }
    }
    await advance(120);
    expect(await rowsAfterSweep(tokens.session_id)).toBe(0);
    expectError(await holder.refresh(servers.stateless, newest.refresh_token), 400, 'invalid_grant');
  });

  it('leaves no row behind once it is a stateless one, and goes on', async () => {
    const { stored, stateless, advance, rowsAfterSweep } = await openPair(kind);
    const holder = createKeyHolder();
    const { refresh_token: first, session_id } = await holder.login(stored);
    let token = await refreshed(holder, stateless, first, 'rotate');
    expect(await rowsAfterSweep(session_id)).toBe(1);
    for (let round = 0; round < 3; round += 1) {
      await advance(1_500);
      token = await refreshed(holder, stateless, token, 'slide');
    }
    expect(await rowsAfterSweep(session_id)).toBe(0);
    expectError(await holder.refresh(stateless, first), 400, 'invalid_grant');
    token = await refreshed(holder, stateless, token, 'slide');
    await refreshed(holder, stored, token, 'rotate');
    expect(await rowsAfterSweep(session_id)).toBe(1);
  });

  it('outlives its user’s not-before where it asked for it, whatever becomes of its row', async () => {
    const { stored, stateless, advance, rowsAfterSweep } = await openPair(kind);
    const [here, there] = [createKeyHolder(), createKeyHolder()];
    const own = await here.login(stored);
    const other = await there.login(stateless);
    await advance(60);
    expectStatus(await stored.ask('DELETE', '/devices', { bearer: own.access_token }), 200);
    let token = await refreshed(here, stateless, own.refresh_token, 'rotate');
    for (let round = 0; round < 5; round += 1) {
      await advance(1_500);
      await rowsAfterSweep(own.session_id);
      token = await refreshed(here, stateless, token, 'slide');
    }
    for (const server of [stored, stateless]) {
      expectError(await there.refresh(server, other.refresh_token), 400, 'invalid_grant');
    }
    expectError(await there.refresh(stateless, other.refresh_token), 400, 'invalid_grant');
    await refreshed(here, stored, token, 'rotate');
  });

  it('continues on its device when its user signs in again', async () => {
    const { stored, stateless } = await openPair(kind);
    const holder = createKeyHolder();
    const first = await holder.login(stateless);
    const second = await holder.login(stored, { refresh_token: first.refresh_token });
    const third = await holder.login(stateless, { refresh_token: second.refresh_token });
    expect(new Set([first, second, third].map(({ device_id }) => device_id)).size).toBe(1);
    for (const { refresh_token } of [first, second]) {
      expectError(await holder.refresh(stateless, refresh_token), 400, 'invalid_grant');
    }
    await holder.refreshed(stateless, third.refresh_token);
  });
});

describe('what the host takes back', () => {
  it('ends a stateless session by its id and its user, and says where the user is missing', async () => {
    const server = await openServer({ mode: 'stateless' });
    const holder = createKeyHolder();
    const tokens = await holder.login(server);
    await expect(server.auth.revokeSession(tokens.session_id)).rejects.toThrow(/^subject: /);
    await server.auth.revokeSession(tokens.session_id, 'id-of-ben');
    await holder.refreshed(server, tokens.refresh_token);
    await server.auth.revokeSession(tokens.session_id, 'id-of-ada');
    expectError(await holder.refresh(server, tokens.refresh_token), 400, 'invalid_grant');
  });

  it('is remembered beyond thirty days, and for ever where tokens never end', async () => {
    for (const limit of [86_400 * 60, 0]) {
      const options = { inactivityTimeoutSeconds: limit, absoluteLifetimeSeconds: 0 };
      const server = await openServer({ mode: 'stateless', ...options });
      const holder = createKeyHolder();
      const tokens = await holder.login(server);
      await server.auth.revokeSession(tokens.session_id, 'id-of-ada');
      await server.advance(86_400 * 50);
      while (!(await server.store.removeExpired(100)).done);
      expectError(await holder.refresh(server, tokens.refresh_token), 400, 'invalid_grant');
    }
  });

  it('cannot be a list of devices', async () => {
    const { auth } = await openServer({ mode: 'stateless' });
    await expect(auth.listDevices('id-of-ada')).rejects.toThrow(/stateless/);
    await expect(auth.removeDevice('id-of-ada', 'x')).rejects.toThrow(/stateless/);
    await expect(auth.changeDevice('id-of-ada', 'x', {})).rejects.toThrow(/stateless/);
  });

  it('is a session that was begun without a key only where that was asked for by name', async () => {
    const strict = await openServer({ mode: 'stateless' });
    expect(await strict.auth.createSession({ subject: 'id-of-ada' })).toEqual({
      kind: 'refused',
      reason: 'proof_missing',
    });
    const lenient = await openServer({ mode: 'stateless', allowBearerRefresh: true });
    const made = await lenient.auth.createSession({ subject: 'id-of-ada' });
    expect(made.kind).toBe('created');
    expect(lenient.events).toContainEqual({ type: 'warning', warning: expect.stringContaining('without a key') });
    expect(strict.events).not.toContainEqual({ type: 'warning', warning: expect.stringContaining('without a key') });
    const metadata = await lenient.ask('GET', '/.well-known/oauth-authorization-server');
    expect(metadata.body).toMatchObject({ session_mode: 'stateless', bearer_refresh_tokens_supported: true });
  });

  it('hears of lowered limits at once', async () => {
    const long = await openServer({ mode: 'stateless', inactivityTimeoutSeconds: 86_400 });
    const short = await openServer({ mode: 'stateless', inactivityTimeoutSeconds: 3_600, store: long.store });
    const holder = createKeyHolder();
    const { refresh_token } = await holder.login(long);
    for (const server of [long, short]) await server.advance(3_600);
    expectError(await holder.refresh(short, refresh_token), 400, 'invalid_grant');
    await holder.refreshed(long, refresh_token);
  });
});
