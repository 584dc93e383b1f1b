/**
 * The orderly end of a server that has much to do: whatever it has taken on it finishes.
 */
import { once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addUser, openPlace, signIn, type Tokens } from './tallystick.ts';

/** What became of one request; `refused`: nobody listened any more, or its connection was closed while it was on its way. */
type Fate = number | 'refused' | string;

describe('a server that is told to stop under load', () => {
  it('answers everything that was asked of it, and ends', async () => {
    const place = openPlace();
    await addUser(place);
    const server = await place.serve({ TALLYSTICK_LOG_LEVEL: 'debug' });
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const fates: Fate[] = [];
    const load = createLoad(server.url, agent, fates);
    const clients = await Promise.all(Array.from({ length: 8 }, () => signIn(server)));
    const working = clients.map((tokens) => load(tokens));
    await untilAnswered(fates, 200);
    expect(await server.stop('SIGTERM')).toBe(0);
    await Promise.all(working);
    expect(fates.filter((fate) => fate !== 200 && fate !== 'refused')).toEqual([]);
    // Whatever was refused was not decided either.
    const decided = server.log.filter((line) => line.includes('"session_refreshed"'));
    expect(fates.filter((fate) => fate === 200)).toHaveLength(decided.length);
  });

  it('does not wait for a connection on which nothing was ever asked', async () => {
    const server = await openPlace().serve();
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(silent, 'connect');
    const ended = new Promise((resolve) => silent.once('close', resolve).once('error', () => {}));
    const startedAt = performance.now();
    expect(await server.stop('SIGTERM')).toBe(0);
    await ended;
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

/** Refreshes again and again, until nobody listens. */
function createLoad(url: string, agent: Agent, fates: Fate[]): (tokens: Tokens) => Promise<void> {
  return async ({ refresh_token }) => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token }).toString();
    for (;;) {
      const fate = await ask(url, agent, body);
      fates.push(fate);
      if (fate !== 200) return;
    }
  };
}

async function ask(url: string, agent: Agent, body: string): Promise<Fate> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const { promise, resolve } = Promise.withResolvers<Fate>();
  const outgoing: ClientRequest = request(`${url}/token`, { method: 'POST', agent, headers }, async (incoming) => {
    await text(incoming).catch(() => resolve('cut off'));
    resolve(incoming.statusCode ?? 0);
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    // Reset: a new connection that nobody had taken yet when the port was closed, or one that this process, held up, had
    // left idle for longer than the server's farewell.
    const isRefused = error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET';
    resolve(isRefused ? 'refused' : String(error.code));
  });
  outgoing.end(body);
  return promise;
}

async function untilAnswered(fates: readonly Fate[], count: number): Promise<void> {
  while (fates.length < count) await new Promise(setImmediate);
}
