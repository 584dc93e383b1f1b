/**
 * The standalone server, asked the same on every engine: the answers are the same to the byte, but for ids, tokens and
 * times.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../src/cli/demo/demo-users.ts';
import { cli, freePort, type ServerProcess, startServer } from '../drills/server-process.ts';
import { startPostgres } from '../engines/postgres.ts';
import { startRedisCluster } from '../engines/redis.ts';
import { basic, shopSecret, someClients } from '../server/some-clients.ts';
import { followWireScript } from './wire-script.ts';

const issuer = 'http://localhost:4000';
const feedSecret = 'a-feed-secret-for-the-test-of-the-wire';

type Remove = () => Promise<unknown>;

const removals: Remove[] = [];
const servers: ServerProcess[] = [];
const transcripts = new Map<string, readonly string[]>();

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-wire-'));
  removals.push(async () => rmSync(folder, { recursive: true }));
  const clients = join(folder, 'clients.json');
  writeFileSync(clients, JSON.stringify([...someClients, 'another']));
  const [postgres, redis] = [startPostgres(['fsync = off']), startRedisCluster()];
  for (const engine of [postgres, redis]) removals.push(async () => (await engine).remove());
  const stores = {
    memory: 'memory:',
    SQLite: `sqlite:${join(folder, 'tallystick.db')}`,
    PostgreSQL: postgres.then(({ primary }) => primary.url),
    'Redis Cluster': redis.then(({ url }) => url),
  };
  await Promise.all(
    Object.entries(stores).map(async ([name, store]) => {
      const server = await startServer([...cli, '--demo'], await freePort(), {
        TALLYSTICK_STORE: await store,
        TALLYSTICK_ISSUER: issuer,
        TALLYSTICK_SECRET: 'a root secret for the test of the wire',
        TALLYSTICK_FEED_SECRET: feedSecret,
        TALLYSTICK_CLIENTS: clients,
        TALLYSTICK_RETRY_WINDOW_SECONDS: '2',
      });
      servers.push(server);
      const site = {
        url: server.url,
        issuer,
        password: demoPassword,
        feedSecret,
        asClient: basic('shop:1', shopSecret),
      };
      transcripts.set(name, await followWireScript(site));
    }),
  );
}, 120_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill('SIGKILL')));
  await Promise.all(removals.map((remove) => remove()));
});

describe('the wire', () => {
  it.each(['memory', 'PostgreSQL', 'Redis Cluster'])('on %s is what it is on SQLite, byte for byte', (name) => {
    expect(transcripts.get(name)).toEqual(transcripts.get('SQLite'));
  });

  it('has been asked for every endpoint, and has answered in every way there is without an outage', () => {
    const transcript = transcripts.get('SQLite') ?? [];
    const asked = transcript.map((exchange) => exchange.split(/[ ?\n]/, 2).join(' '));
    const endpoints = ['POST /login', 'POST /token', 'POST /logout', 'POST /revoke', 'POST /introspect', 'GET /me'];
    const others = ['GET /devices', 'DELETE /devices', 'POST /password', 'GET /revocations', 'GET /openapi.json'];
    expect(new Set(asked)).toEqual(
      expect.toSatisfy((set: Set<string>) => [...endpoints, ...others].every((e) => set.has(e))),
    );
    const statuses = new Set(transcript.map((exchange) => /^HTTP\/1.1 (\d+)/m.exec(exchange)?.[1]));
    expect([...statuses].toSorted()).toEqual(['200', '204', '400', '401', '403', '404', '405', '413', '415', '503']);
    for (const outcome of ['rotate', 'retry']) {
      expect(transcript.join('\n').toLowerCase()).toContain(`tallystick-refresh: ${outcome}`);
    }
  });
});
