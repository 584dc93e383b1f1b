/**
 * What Redis is held to beyond the port: replicas that are waited for, scripts and lines that are lost, claims of names that
 * nobody came to use, decisions that have become old, and a feed that says something else than before.
 */
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { redisOptions } from '../../src/cli/redis-options.ts';
import { readSession, updateSession, writeSubject } from '../../src/stores/conformance/acts.ts';
import {
  sampleRevocation,
  sampleSession,
  sampleSubject,
  sampleUser,
} from '../../src/stores/conformance/sample-records.ts';
import { createRedisStore } from '../../src/stores/redis/index.ts';
import { createKeys, partOf } from '../../src/stores/redis/keys.ts';
import { rotateSession } from '../../src/stores/redis/scripts.ts';
import type { Store } from '../../src/stores/store.ts';
import { StoreError } from '../../src/stores/store-error.ts';
import { type RedisEngine, startRedis, until } from '../engines/redis.ts';

let engine: RedisEngine;
beforeAll(async () => {
  engine = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
});
afterAll(() => engine.remove());

let made = 0;

function newStore(url: string, prefix: string): Store {
  const options = redisOptions(url);
  if (options === undefined || !('client' in options)) throw new Error('one server');
  return createRedisStore({ client: createClient(options.client), prefix });
}

async function openStore({ url, prefix = `own-${made++}` }: { url: string; prefix?: string }) {
  const store = newStore(url, prefix);
  onTestFinished(() => store.close());
  await store.open();
  return { store, keys: createKeys(prefix) };
}

function ask(...command: string[]): Promise<string> {
  const [server] = engine.servers;
  if (server === undefined) throw new Error('there is a server');
  return server.ask(...command);
}

/** A user with one session, and what revokes it. */
async function placeSession(store: Store) {
  const key = sampleSubject();
  const now = await store.checkHealth();
  const session = sampleSession(key, now, { keyThumbprint: null, changedAt: null, aheadUntil: null });
  await writeSubject(store, key, { user: { ...sampleUser(key), username: null }, putSessions: [session] });
  return { key, now, session };
}

describe('the store on Redis', () => {
  it('tells a server again what its scripts are when it has forgotten them', async () => {
    const { store } = await openStore(engine);
    const { session } = await placeSession(store);
    await ask('SCRIPT', 'FLUSH');
    expect(await readSession(store, session.sid)).toEqual(session);
    await updateSession(store, session.sid, () => ({ write: { next: { ...session, generation: 9 } }, result: 0 }));
    expect((await readSession(store, session.sid)).generation).toBe(9);
  });

  it('does not start on a server that may drop rows when memory is short', async () => {
    await ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    onTestFinished(async () => {
      await ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    });
    const error = await newStore(engine.url, 'evicting')
      .open()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(String(error)).toMatch(/^StoreError: Redis: maxmemory-policy is allkeys-lru[^\n]*$/);
  });

  it('says in one line that nothing is there', async () => {
    const error = await newStore('redis://127.0.0.1:1', 'nowhere')
      .open()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(String(error)).toMatch(/^StoreError: Redis: [^\n]*ECONNREFUSED[^\n]*$/);
  });

  it('rejects while its server is down, and goes on by itself when it is back with what it had', async () => {
    const { store } = await openStore(engine);
    const { session } = await placeSession(store);
    const [server] = engine.servers;
    await server?.kill();
    await expect(store.findSessions([session.sid])).rejects.toThrow(StoreError);
    await expect(store.checkHealth()).rejects.toThrow(StoreError);
    await server?.start();
    await until('it goes on', async () => (await store.findSessions([session.sid])).length === 1);
    expect(await readSession(store, session.sid)).toEqual(session);
  });

  it('does not carry out a rotation that was held up on its way', async () => {
    const { store, keys } = await openStore(engine);
    const { key, now, session } = await placeSession(store);
    const row = keys.sessions(key.shardTag[0] ?? 0) + session.sid;
    const presented = [session.generation, session.branch, '', '', ''];
    const rotation = [...presented, 30_000, '', 'address', 'agent'].map(String);
    await ask('EVAL', rotateSession.source, '1', row, ...rotation, String(now - 1));
    expect(await readSession(store, session.sid)).toEqual(session);
    await ask('EVAL', rotateSession.source, '1', row, ...rotation, String(now + 60_000));
    expect((await readSession(store, session.sid)).generation).toBe(session.generation + 1);
  });

  it('takes over a name that was claimed by somebody who never came, once nobody can still be coming', async () => {
    const { store, keys } = await openStore(engine);
    const now = await store.checkHealth();
    const claim = (name: string, at: number) =>
      ask('ZADD', keys.names(partOf(name)), '0', `${name}\0${at} 00000000 gone`);
    await claim('left', now - 3_600_000);
    await claim('young', now);
    const key = sampleSubject();
    const user = sampleUser(key, { username: 'left' });
    expect(await store.findUserByName('left')).toBeUndefined();
    expect(await store.insertUser(user, key.shardTag)).toBe('inserted');
    expect(await store.findUserByName('left')).toEqual(user);
    const other = sampleSubject();
    expect(await store.insertUser(sampleUser(other, { username: 'young' }), other.shardTag)).toBe('name_taken');
  });

  it('gives everything to a follower whose last entry was lost, though another stands in its place', async () => {
    const { store, keys } = await openStore(engine);
    const { key, now } = await placeSession(store);
    const revocations = [1, 2, 3].map(() => sampleRevocation(key, now));
    const [first, lost, instead] = revocations;
    if (!first || !lost || !instead) throw new Error('there are three');
    for (const revocation of [first, lost]) await writeSubject(store, key, { revocations: [revocation] });
    const { cursor } = await store.readRevocations(undefined);
    const feed = keys.feed(key.shardTag[0] ?? 0);
    await ask('XDEL', feed, '0-2');
    await ask('XSETID', feed, '0-1');
    await writeSubject(store, key, { revocations: [instead] });
    const page = await store.readRevocations(cursor);
    expect(page.reset).toBe(true);
    expect(page.entries).toMatchObject([first, instead]);
  });

  it('ends every session that began by the clock of any of its servers', async () => {
    const options = redisOptions(engine.url);
    if (options === undefined || !('client' in options)) throw new Error('one server');
    const client = createClient(options.client);
    const ahead = new Proxy(client, {
      get: (target, name) => {
        const member: unknown = target[name as keyof typeof target];
        if (typeof member !== 'function') return member;
        if (name !== 'sendCommand') return member.bind(target);
        return async (command: string[], ...rest: unknown[]) => {
          const reply = await member.call(target, command, ...rest);
          return command[0] === 'TIME' ? [String(Number(reply[0]) + 100), reply[1]] : reply;
        };
      },
    });
    const store = createRedisStore({ client: ahead, prefix: `own-${made++}` });
    onTestFinished(() => store.close());
    await store.open();
    const now = await store.checkHealth();
    expect(await store.raiseNotBefore(10)).toBeGreaterThanOrEqual(now + 100_010);
  });

  it('keeps nothing of attempts that passed, and failures until they are over', async () => {
    const { store, keys } = await openStore(engine);
    for (const [key, outcome] of Object.entries({ ada: 'passed', bob: 'failed' } as const)) {
      await store.startAttempts([{ key, id: 'id', limit: 1, heldFor: 1_000 }]);
      await store.endAttempts([{ key, id: 'id', outcome, countedFor: 600_000 }]);
    }
    expect(await ask('EXISTS', keys.attempts('ada'))).toBe('0');
    const left = Number(await ask('PTTL', keys.attempts('bob')));
    expect(left).toBeGreaterThan(590_000);
    expect(left).toBeLessThanOrEqual(600_000);
  });

  it('keeps a session in 300 bytes of keys and values, however often it is refreshed', async () => {
    const { store, keys } = await openStore(engine);
    const { key, session } = await placeSession(store);
    const used = { ...session, subject: 'A'.repeat(16), clientId: 'app', scope: '', acr: null, amr: 'pwd' };
    const next = { ...used, generation: 1_000, lastAddress: '2001:db8:1234:5678:9abc:def0:1234:5678' };
    await updateSession(store, session.sid, () => ({ write: { next }, result: 0 }));
    const row = keys.sessions(key.shardTag[0] ?? 0) + session.sid;
    const value = await ask('GET', row);
    const memory = Number(await ask('MEMORY', 'USAGE', row));
    console.log(`${row.length + value.length} bytes of key and value, ${memory} bytes of memory`);
    expect(row.length + value.length).toBeLessThanOrEqual(300);
  });
});

describe('the store on Redis with a replica', () => {
  it('acknowledges what a user does only once the replica has it, and refreshes without', async () => {
    const replica = await startRedis(['--replicaof', '127.0.0.1', new URL(engine.url).port]);
    onTestFinished(() => replica.remove());
    const [server] = replica.servers;
    await until('the replica follows', async () => (await ask('INFO', 'replication')).includes('state=online'));
    const { store } = await openStore(engine);
    const { key, now, session } = await placeSession(store);
    expect(await server?.ask('DBSIZE')).toBe(await ask('DBSIZE'));

    server?.freeze();
    const revocation = sampleRevocation(key, now);
    const ending = { next: { ...session, revokedAt: now }, revocation };
    await expect(writeSubject(store, key, { revocations: [revocation] })).rejects.toThrow(/no replica has confirmed/);
    await updateSession(store, session.sid, () => ({ write: { next: session }, result: 'refreshed' }));
    await expect(updateSession(store, session.sid, () => ({ write: ending, result: 0 }))).rejects.toThrow(/no replica/);
    // It is written, and yet not said to be before the replica knows it.
    await expect(updateSession(store, session.sid, () => ({ result: 'ended' }))).rejects.toThrow(/no replica/);
    server?.thaw();
    await until('the replica is back', async () => (await server?.ask('PING')) === 'PONG');
    expect(await updateSession(store, session.sid, () => ({ result: 'ended' }))).toBe('ended');
  });
});
