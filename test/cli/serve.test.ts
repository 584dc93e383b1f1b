import { once } from 'node:events';
import { request } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  addUser,
  get,
  login,
  openPlace,
  type Place,
  ping,
  type RunningServer,
  read,
  refresh,
  refreshed,
  refreshedAfterWindow,
  signIn,
  type Tokens,
} from './tallystick.ts';

/** Another process's hold on the database. */
function lock({ database }: Place): () => void {
  const db = new DatabaseSync(database);
  onTestFinished(() => db.close());
  db.exec('BEGIN IMMEDIATE');
  return () => db.exec('ROLLBACK');
}

async function placeWithUser(): Promise<Place> {
  const place = openPlace();
  await addUser(place);
  return place;
}

/** Whether it answers on a connection that was not open before. */
function answersAnother({ url }: RunningServer): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(`${url}/healthz`, { agent: false }, (response) => {
      response.resume();
      resolve(true);
    });
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

/** Refreshes on a connection of its own; resolves when the whole request is with the system, with its answer to come. */
async function sendRefresh(
  { url }: RunningServer,
  refresh_token: string,
): Promise<{ answer: Promise<number | string> }> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const outgoing = request(`${url}/token`, { method: 'POST', agent: false, headers });
  const answer = new Promise<number | string>((resolve) => {
    outgoing.once('response', (response) => resolve(response.resume().statusCode ?? 0));
    outgoing.once('error', (error) => resolve(String(error)));
  });
  outgoing.end(new URLSearchParams({ grant_type: 'refresh_token', refresh_token }).toString());
  await once(outgoing, 'finish');
  return { answer };
}

const keysOf = async ({ url }: RunningServer) => (await fetch(`${url}/.well-known/jwks.json`)).json();
const devicesOf = async (server: RunningServer, { access_token }: Tokens) =>
  (await read<{ devices: { id: string }[] }>(await get(server, '/devices', access_token))).devices;

describe('tallystick serve', () => {
  it('signs in, says who is there, refreshes, and gives the same answer to a repeated request', async () => {
    const place = await placeWithUser();
    const server = await place.serve();
    const first = await signIn(server);
    expect(await read(await get(server, '/me', first.access_token))).toMatchObject({ username: 'ada' });
    const rotation = await refresh(server, first.refresh_token);
    expect(rotation.headers.get('tallystick-refresh')).toBe('rotate');
    const retry = await refresh(server, first.refresh_token);
    expect(retry.headers.get('tallystick-refresh')).toBe('retry');
    const successors = [await read<Tokens>(rotation), await read<Tokens>(retry)];
    expect(new Set(successors.map(({ refresh_token }) => refresh_token)).size).toBe(1);
  });

  it('removes a device, whose refresh and access end, and leaves the other', async () => {
    const place = await placeWithUser();
    const server = await place.serve();
    const [first, second] = [await signIn(server), await signIn(server)];
    const removal = await fetch(`${server.url}/devices/${first.device_id}`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${second.access_token}` },
    });
    expect(removal.status).toBe(204);
    const refused = await refresh(server, first.refresh_token);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    expect((await get(server, '/me', first.access_token)).status).toBe(401);
    expect((await refresh(server, second.refresh_token)).status).toBe(200);
  });

  it('has everything again after it was killed', async () => {
    const place = await placeWithUser();
    const before = await place.serve();
    const [first, second] = [await signIn(before), await signIn(before)];
    const renewed = await refreshed(before, first.refresh_token);
    const [devices, keys] = [await devicesOf(before, second), await keysOf(before)];
    await before.stop('SIGKILL');
    const after = await place.serve();
    expect(await keysOf(after)).toEqual(keys);
    expect(await devicesOf(after, second)).toEqual(devices);
    expect(await read(await get(after, '/me', renewed.access_token))).toMatchObject({ username: 'ada' });
    const retry = await refresh(after, first.refresh_token);
    expect(retry.headers.get('tallystick-refresh')).toBe('retry');
    expect((await read<Tokens>(retry)).refresh_token).toBe(renewed.refresh_token);
    expect((await refresh(after, second.refresh_token)).headers.get('tallystick-refresh')).toBe('rotate');
  });

  it('ends the session of a token that is presented again two refreshes later, and no other', async () => {
    const place = await placeWithUser();
    const server = await place.serve({ TALLYSTICK_RETRY_WINDOW_SECONDS: '1' });
    const other = await signIn(server);
    const first = await signIn(server);
    const second = await refreshed(server, first.refresh_token);
    const third = await refreshedAfterWindow(server, second.refresh_token);
    const fourth = await refreshedAfterWindow(server, third.refresh_token);
    expect((await refresh(server, first.refresh_token)).status).toBe(400);
    expect((await refresh(server, fourth.refresh_token)).status).toBe(400);
    expect((await get(server, '/me', fourth.access_token)).status).toBe(401);
    expect((await refresh(server, other.refresh_token)).status).toBe(200);
    await server.logged('refresh_replayed');
  });

  it('makes sessions without end where it is told to', async () => {
    const place = await placeWithUser();
    const server = await place.serve({
      TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS: '0',
      TALLYSTICK_ABSOLUTE_LIFETIME_SECONDS: '0',
    });
    const tokens = await signIn(server);
    expect(tokens).toMatchObject({ refresh_token_expires_at: 0, session_ends_at: 0 });
    const renewed = await refreshed(server, tokens.refresh_token);
    expect(renewed).toMatchObject({ refresh_token_expires_at: 0, session_ends_at: 0 });
  });

  it('finishes what it was asked before it stops, and takes nothing new', async () => {
    const place = await placeWithUser();
    const server = await place.serve();
    const { refresh_token } = await signIn(server);
    const release = lock(place);
    const underWay = await Promise.all(Array.from({ length: 5 }, () => sendRefresh(server, refresh_token)));
    // Connections are taken in the order in which they were opened, so by this answer it has taken those.
    expect(await answersAnother(server)).toBe(true);
    const stopped = server.stop('SIGTERM');
    await server.logged('stopping');
    while (await answersAnother(server));
    release();
    for (const { answer } of underWay) expect(await answer).toBe(200);
    expect(await stopped).toBe(0);
  });

  it('does nothing for a sender who has hung up', async () => {
    const place = await placeWithUser();
    const server = await place.serve();
    const { refresh_token } = await signIn(server);
    const release = lock(place);
    const sender = new AbortController();
    await Promise.all([ping(server), ping(server)]);
    const hungUp = refresh(server, refresh_token, sender.signal);
    await ping(server);
    sender.abort();
    await expect(hungUp).rejects.toThrow();
    await ping(server);
    release();
    expect((await refresh(server, refresh_token)).headers.get('tallystick-refresh')).toBe('rotate');
  });

  it('answers 503 while another process keeps the database to itself, and goes on afterwards', async () => {
    const place = await placeWithUser();
    const server = await place.serve();
    const { refresh_token } = await signIn(server);
    const release = lock(place);
    const answer = await refresh(server, refresh_token);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    release();
    expect((await refresh(server, refresh_token)).headers.get('tallystick-refresh')).toBe('rotate');
  });

  it('shares its database with a second server', async () => {
    const place = await placeWithUser();
    const servers = [await place.serve(), await place.serve()] as const;
    const tokens = await signIn(servers[0]);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => refresh(servers[index % 2 ? 1 : 0], tokens.refresh_token)),
    );
    const bodies = await Promise.all(answers.map((answer) => read<Tokens>(answer)));
    expect(new Set(bodies.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    const rotations = answers.filter(({ headers }) => headers.get('tallystick-refresh') === 'rotate');
    expect(rotations).toHaveLength(1);
    for (const server of servers) {
      expect((await get(server, '/me', bodies[0]?.access_token ?? '')).status).toBe(200);
    }
  });

  it('loses no session when it is killed again and again under load', async () => {
    const place = await placeWithUser();
    let server = await place.serve({ TALLYSTICK_RETRY_WINDOW_SECONDS: '0' });
    const first = await signIn(server);
    // With a window of 0 each refresh rotates: what was acknowledged must be there, what was not may be.
    const held = await Promise.all(Array.from({ length: 3 }, () => signIn(server)));
    const current = [first, ...held].map(({ refresh_token }) => refresh_token);
    for (let round = 0; round < 3; round += 1) {
      let acknowledged = 0;
      const enough = Promise.withResolvers<void>();
      const clients = current.map(async (_, index) => {
        for (;;) {
          const next = await successorOf(server, current[index] ?? '');
          if (next === undefined) return;
          current[index] = next;
          acknowledged += 1;
          if (acknowledged === 100) enough.resolve();
        }
      });
      await enough.promise;
      await server.stop('SIGKILL');
      await Promise.all(clients);
      server = await place.serve({ TALLYSTICK_RETRY_WINDOW_SECONDS: '0' });
      for (const [index, token] of current.entries()) {
        const answer = await refresh(server, token);
        expect(['rotate', 'rebranch']).toContain(answer.headers.get('tallystick-refresh'));
        current[index] = (await read<Tokens>(answer)).refresh_token;
      }
    }
  });

  it('logs one JSON object a line, and no secret', async () => {
    const place = await placeWithUser();
    const server = await place.serve({ TALLYSTICK_LOG_LEVEL: 'trace' });
    const tokens = await signIn(server);
    await refreshed(server, tokens.refresh_token);
    await login(server, 'ada', 'a wrong password');
    await server.logged('sign_in_failed');
    await server.stop();
    const lines = server.log.map((line) => JSON.parse(line));
    expect(lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['listening', 'session_created', 'session_refreshed', 'sign_in_failed', 'stopping']),
    );
    expect(server.log.join()).not.toMatch(/tsr_|eyJ|argon2|password of|a wrong password/);
  });
});

/** The refresh token that was acknowledged, or `undefined` where the server was gone before the answer had arrived. */
async function successorOf(server: RunningServer, refreshToken: string): Promise<string | undefined> {
  const answer = await refresh(server, refreshToken).catch(() => undefined);
  const body = await answer?.text().catch(() => undefined);
  if (answer === undefined || body === undefined) return undefined;
  expect(answer.status, body).toBe(200);
  return JSON.parse(body).refresh_token;
}
