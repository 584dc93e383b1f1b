/**
 * The example with three servers on one store, as somebody uses it who hops between them at random.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../src/cli/demo/demo-users.ts';
import type { TokenPayload } from '../../src/protocol/wire.ts';
import { startPostgres } from '../engines/postgres.ts';
import { isFree, startRedisCluster } from '../engines/redis.ts';

const script = fileURLToPath(new URL('../../examples/several-servers/start.ts', import.meta.url));
let port = 0;
const url = () => `http://localhost:${port}`;

interface Engine {
  readonly url: string;
  remove(): Promise<void>;
}

const engines: Readonly<Record<string, () => Promise<Engine>>> = {
  PostgreSQL: async () => {
    const { primary, remove } = await startPostgres(['fsync = off']);
    return { url: primary.url, remove };
  },
  'Redis Cluster': startRedisCluster,
};

let engine: Engine;
let example: ChildProcess;
let page: string;
let pids: readonly number[];

async function start(startEngine: () => Promise<Engine>): Promise<void> {
  port = await findPort();
  engine = await startEngine();
  const { PATH } = process.env;
  const TALLYSTICK_SECRET = 'a root secret for three servers on one store';
  example = spawn(process.execPath, [script], {
    env: { PATH, PORT: String(port), TALLYSTICK_SECRET, TALLYSTICK_STORE: engine.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = String((await once(example.stdout ?? example, 'data'))[0]);
  page = said.slice(0, said.indexOf(' '));
  pids = [...said.matchAll(/\d+(?=,|$)/gm)].map(([pid]) => Number(pid));
  await Promise.all([1, 2, 3].map((offset) => untilReady(`http://localhost:${port + offset}`)));
}

/**
 * The first of four free ports: above those of the nodes of a cluster, and below those that the machine gives to outgoing
 * connections, on one of which a server would not start.
 */
async function findPort(): Promise<number> {
  for (;;) {
    const first = 30_004 + 4 * Math.floor(Math.random() * 680);
    const areFree = await Promise.all([0, 1, 2, 3].map((offset) => isFree(first + offset)));
    if (areFree.every(Boolean)) return first;
  }
}

async function stop(): Promise<void> {
  example?.kill('SIGTERM');
  if (example?.exitCode === null) await once(example, 'exit');
  await engine?.remove();
}

async function untilReady(server: string): Promise<void> {
  while (
    !(await fetch(`${server}/readyz`)
      .then(({ ok }) => ok)
      .catch(() => false))
  )
    await wait(50);
}

async function ask<Body>(path: string, init: RequestInit): Promise<Body> {
  const response = await fetch(url() + path, init);
  expect(response.status).toBeLessThan(300);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Body;
}

function signIn(): Promise<TokenPayload> {
  const body = JSON.stringify({ username: 'alice', password: demoPassword });
  return ask('/login', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
}

function refresh({ refresh_token = '' }: TokenPayload): Promise<TokenPayload> {
  return ask('/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token }),
  });
}

/** What somebody does in a while: asks who they are and which devices they have, and refreshes. */
async function useFor(rounds: number, first: TokenPayload): Promise<TokenPayload> {
  let tokens = first;
  for (let round = 0; round < rounds; round += 1) {
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    await ask('/me', { headers });
    const { devices } = await ask<{ devices: { id: string; current: boolean }[] }>('/devices', { headers });
    expect(devices.find(({ current }) => current)?.id).toBe(tokens.device_id);
    tokens = await refresh(tokens);
  }
  return tokens;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each(Object.entries(engines))('three servers behind a balancer, on one %s', (_name, startEngine) => {
  beforeAll(() => start(startEngine), 120_000);
  afterAll(stop);

  it('have the page that is named at the start', async () => {
    expect(page).toBe(`${url()}/account`);
    expect(await (await fetch(page)).text()).toContain('<title>Tallystick</title>');
  });

  it('are one to somebody who hops between them at random', async () => {
    await useFor(20, await signIn());
  });

  it('answer a storm of refreshes with one successor, whichever of them is asked', async () => {
    const tokens = await signIn();
    const answers = await Promise.all(Array.from({ length: 30 }, () => refresh(tokens)));
    expect(new Set(answers.map(({ refresh_token }) => refresh_token)).size).toBe(1);
  });

  it('end a session everywhere that one of them ends', async () => {
    const tokens = await signIn();
    await ask('/logout', { method: 'POST', body: new URLSearchParams({ refresh_token: tokens.refresh_token ?? '' }) });
    const refused = await Promise.all(
      [1, 2, 3].map((offset) =>
        fetch(`http://localhost:${port + offset}/token`, {
          method: 'POST',
          body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }),
        }),
      ),
    );
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400]);
  });

  it('are not missed one at a time', async () => {
    const tokens = await useFor(3, await signIn());
    const [pid] = pids;
    expect(pid).toBeGreaterThan(0);
    process.kill(pid ?? 0, 'SIGTERM');
    while (isRunning(pid ?? 0)) await wait(20);
    await useFor(10, tokens);
  });
});
