/**
 * What SQLite promises beyond the port: a file that is its owner's alone, survives its process, stays small, and is shared
 * with other processes.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { atSignIn } from '../../src/session/at-sign-in.ts';
import type { DeviceRecord } from '../../src/session/device-record.ts';
import { plainRotation } from '../../src/session/plain-rotation.ts';
import type { SessionRecord } from '../../src/session/session-record.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import type { Store } from '../../src/stores/store.ts';
import { StoreError } from '../../src/stores/store-error.ts';
import { checkGuesses } from './check-guesses.ts';
import { checkPlainRotations } from './check-plain-rotations.ts';
import { checkSetPassword } from './check-set-password.ts';

const now = 1_790_000_000_000;

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'kept', 'tallystick.db');
}

async function openStore(path: string): Promise<Store> {
  const store = createSqliteStore({ path });
  onTestFinished(() => store.close());
  await store.open();
  return store;
}

function openFile(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  return db;
}

/** A session as the server makes it: ids of the length they have, counters and times of a thousand refreshes. */
function usualSession(changes: Partial<SessionRecord> = {}): SessionRecord {
  const random = (length: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(length))).toString('base64url');
  return {
    sid: random(16),
    subject: random(12),
    deviceId: random(8),
    clientId: 'app',
    scope: '',
    authenticatedAt: now,
    acr: null,
    amr: 'pwd',
    keyThumbprint: null,
    ...atSignIn,
    remember: true,
    inactivityEndsAt: now + 2_592_000_000,
    absoluteEndsAt: now + 31_536_000_000,
    lastAddress: '2001:db8:1234:5678:9abc:def0:1234:5678',
    lastAgent: 'a1B2c3',
    ...changes,
  };
}

async function put(store: Store, sessions: readonly SessionRecord[]): Promise<void> {
  await store.updateSessions(
    sessions.map((next) => ({ sid: next.sid, decide: () => ({ write: { next }, result: undefined }) })),
  );
}

/** Rotates each, and gives their generations. */
async function rotate(store: Store, sessions: readonly SessionRecord[]): Promise<readonly number[]> {
  const policy = { retryWindow: 0, inactivityTimeout: null, absoluteLifetime: null, mayLose: 0 };
  return store.updateSessions(
    sessions.map(({ sid, generation, branch }) => ({
      sid,
      plain: {
        ...plainRotation({ generation, branch }, policy),
        lastAddress: '',
        lastAgent: '',
        conclude: (next) => next.generation,
      },
      decide: () => ({ result: Number.NaN }),
    })),
  );
}

/** How many transactions wrote to the write-ahead log since it began: each ends in a frame that says how large the file is. */
function countTransactions(path: string): number {
  const log = readFileSync(`${path}-wal`);
  const frame = 24 + log.readUInt32BE(8);
  const salt = log.readBigUInt64BE(16);
  let count = 0;
  for (let at = 32; at + frame <= log.length && log.readBigUInt64BE(at + 8) === salt; at += frame) {
    if (log.readUInt32BE(at + 4) !== 0) count += 1;
  }
  return count;
}

/** The statements that are executed in the event loop: the thread's connection is a class of its own. */
function watchEventLoop() {
  const executed = vi.spyOn(DatabaseSync.prototype, 'exec');
  onTestFinished(() => executed.mockRestore());
  return executed;
}

describe('the SQLite store', () => {
  it('gives everything back after it was closed and opened again', async () => {
    const path = newPath();
    const first = await openStore(path);
    const session = usualSession({ scope: 'openid', generation: 7, changedAt: now });
    await put(first, [session]);
    const secret = await first.shardSecret();
    await first.close();
    const second = await openStore(path);
    expect(await second.findSessions([session.sid])).toEqual([session]);
    expect(await second.shardSecret()).toEqual(secret);
  });

  it('makes its file, the files beside it and their folder readable by their owner alone', async () => {
    const path = newPath();
    await put(await openStore(path), [usualSession()]);
    const modes = [path, `${path}-wal`, `${path}-shm`, join(path, '..')].map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o700]);
  });

  it('refuses a file that a newer version has been at, in one clear line, and leaves it as it is', async () => {
    const path = newPath();
    await (await openStore(path)).close();
    const db = openFile(path);
    db.exec('PRAGMA user_version = 99');
    const opening = createSqliteStore({ path }).open();
    await expect(opening).rejects.toThrow(StoreError);
    await expect(opening).rejects.toThrow(/^the database has schema 99, this version knows \d+: upgrade Tallystick$/);
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  });

  it('says in one line which file it cannot open', async () => {
    const path = newPath();
    await (await openStore(path)).close();
    const noDatabase = join(path, '..', 'letter.txt');
    writeFileSync(noDatabase, 'Dear reader, this is no database.'.repeat(100));
    for (const bad of [noDatabase, join(noDatabase, 'below.db'), join(path, '..')]) {
      const error = await createSqliteStore({ path: bad })
        .open()
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      expect(error).toBeInstanceOf(StoreError);
      expect(String(error)).toContain(bad);
      expect(String(error)).not.toContain('\n');
    }
  });

  it('can be opened once what was in its way is gone', async () => {
    const path = newPath();
    await (await openStore(path)).close();
    const db = openFile(path);
    const schema = Number(db.prepare('PRAGMA user_version').get()?.user_version);
    db.exec('PRAGMA user_version = 99');
    const store = createSqliteStore({ path });
    onTestFinished(() => store.close());
    await expect(store.open()).rejects.toThrow(StoreError);
    db.exec(`PRAGMA user_version = ${schema}`);
    await store.open();
    expect(await store.listUsers('', 1)).toEqual([]);
  });

  it('rejects with a StoreError what comes before it is open and after it is closed', async () => {
    const store = createSqliteStore({ path: newPath() });
    await expect(store.checkHealth()).rejects.toThrow(StoreError);
    await store.open();
    await store.close();
    await expect(store.findSessions([])).rejects.toThrow(StoreError);
    await expect(put(store, [usualSession()])).rejects.toThrow(StoreError);
  });

  it('takes back everything of an act of which a part cannot be written', async () => {
    const store = await openStore(newPath());
    const key = { subject: 'ada', shardTag: new Uint8Array(4) };
    const device: DeviceRecord = {
      id: 'laptop',
      subject: 'ada',
      name: '',
      kind: 'other',
      platform: '',
      browser: '',
      createdAt: now,
      lastUsedAt: now,
      lastAddress: '',
      sid: usualSession().sid,
    };
    const act = store.updateSubject({
      ...key,
      decide: () => ({
        write: {
          putDevices: [device],
          revocations: [{ sid: device.sid, heldUntil: now }],
          putSessions: [usualSession({ generation: 1.5 })],
        },
        result: undefined,
      }),
    });
    await expect(act).rejects.toThrow(StoreError);
    expect(await store.findSubject(key)).toEqual({ user: undefined, devices: [], sessions: [] });
    expect((await store.readRevocations(undefined)).entries).toEqual([]);
  });

  it('is healthy only while it can be written to', async () => {
    const path = newPath();
    const store = await openStore(path);
    const db = openFile(path);
    db.exec(
      "CREATE TRIGGER broken BEFORE INSERT ON single_uses BEGIN SELECT RAISE (FAIL, 'as if the disk were full'); END",
    );
    await expect(store.checkHealth()).rejects.toThrow(StoreError);
    db.exec('DROP TRIGGER broken');
    expect(await store.checkHealth()).toBeGreaterThan(now);
  });

  it('flushes a hundred concurrent updates to disk as one', async () => {
    const path = newPath();
    const store = await openStore(path);
    const sessions = Array.from({ length: 100 }, () => usualSession());
    await put(store, sessions);
    const before = countTransactions(path);
    await Promise.all(sessions.map((session) => put(store, [{ ...session, generation: 1 }])));
    expect(countTransactions(path) - before).toBe(1);
  });

  it('writes a rotation that comes as data exactly where the rule says so', async () => {
    await checkPlainRotations(await openStore(newPath()), 3_000, 20_261_123);
  });

  it('has rotations share a few flushes to disk, none of them in the event loop', async () => {
    const path = newPath();
    const store = await openStore(path);
    const sessions = Array.from({ length: 100 }, () => usualSession({ inactivityEndsAt: null }));
    await put(store, sessions);
    await rotate(store, sessions.slice(0, 1));
    const before = countTransactions(path);
    const executed = watchEventLoop();
    expect(await rotate(store, sessions.slice(1))).toEqual(Array.from({ length: 99 }, () => 1));
    // Sent sixteen at a time; what has come to the thread by the time it is free shares a transaction.
    expect(countTransactions(path) - before).toBeLessThanOrEqual(7);
    expect(executed).not.toHaveBeenCalled();
  });

  it('has two servers check as many guesses as one', async () => {
    const path = newPath();
    await checkGuesses([await openStore(path), await openStore(path)]);
  });

  it('has a password that is set at one server be the one at another', async () => {
    const path = newPath();
    await checkSetPassword([await openStore(path), await openStore(path)]);
  });

  it('brings a file of the version before up to date, which goes on with it meanwhile', async () => {
    const path = newPath();
    const before = await openStore(path);
    const session = usualSession({ inactivityEndsAt: null });
    await put(before, [session]);
    const db = openFile(path);
    db.exec('DROP TABLE attempts; PRAGMA user_version = 3');
    const attempt = { key: 'key', id: 'id', limit: 1, heldFor: 1_000 };
    expect(await (await openStore(path)).startAttempts([attempt])).toEqual([{ kind: 'admitted' }]);
    expect(await rotate(before, [session])).toEqual([1]);
  });

  it('counts attempts without writing in the event loop, and sweeps what is over', async () => {
    const path = newPath();
    const store = await openStore(path);
    const attempts = Array.from({ length: 30 }, (_, index) => ({
      key: String(index),
      id: 'id',
      limit: 1,
      heldFor: -1,
    }));
    await store.startAttempts(attempts.slice(0, 1));
    const executed = watchEventLoop();
    await store.startAttempts(attempts);
    await store.endAttempts(attempts.map(({ key, id }) => ({ key, id, outcome: 'failed', countedFor: -1 })));
    expect(executed).not.toHaveBeenCalled();
    const count = openFile(path).prepare('SELECT count(*) AS rows FROM attempts');
    expect(count.get()).toEqual({ rows: 30 });
    while (!(await store.removeExpired(10)).done);
    expect(count.get()).toEqual({ rows: 0 });
  });

  it('hints at what another process has revoked, without waiting for the next look', async () => {
    const path = newPath();
    const [here, elsewhere] = [await openStore(path), await openStore(path)];
    const { promise: hinted, resolve } = Promise.withResolvers<void>();
    onTestFinished(here.onRevocations(resolve));
    const revocation = { sid: Buffer.alloc(16, 1).toString('base64url'), heldUntil: Date.now() + 60_000 };
    await elsewhere.updateSubject({
      subject: 'ada',
      shardTag: new Uint8Array(4),
      decide: () => ({ write: { revocations: [revocation] }, result: undefined }),
    });
    await hinted;
    expect((await here.readRevocations(undefined)).entries).toMatchObject([{ sid: revocation.sid }]);
  });

  it('rotates once another process lets go of the file', async () => {
    const path = newPath();
    const store = await openStore(path);
    const session = usualSession({ inactivityEndsAt: null });
    await put(store, [session]);
    const other = openFile(path);
    other.exec('BEGIN IMMEDIATE');
    const rotating = rotate(store, [session]);
    await turn();
    other.exec('COMMIT');
    expect(await rotating).toEqual([1]);
    expect(await store.findSessions([session.sid])).toMatchObject([{ generation: 1 }]);
  });

  it('writes nothing to disk for decisions that write nothing', async () => {
    const path = newPath();
    const store = await openStore(path);
    const session = usualSession();
    await put(store, [session]);
    const before = countTransactions(path);
    await Promise.all(
      Array.from({ length: 100 }, () =>
        store.updateSessions([{ sid: session.sid, decide: (found) => ({ result: found }) }]),
      ),
    );
    expect(countTransactions(path)).toBe(before);
  });

  it.each([
    ['a bearer session', null],
    ['a key-bound session', 'k'.repeat(43)],
  ])('keeps %s in 300 bytes, however often it is refreshed', async (_name, keyThumbprint) => {
    const path = newPath();
    const store = await openStore(path);
    const count = 3_000;
    const fresh = Array.from({ length: count }, () => usualSession({ keyThumbprint }));
    await put(store, fresh);
    for (const generation of [1, 2, 999, 1_000]) {
      const changed = { generation, changedAt: now + generation, parentBranch: 0, grandparentBranch: 0 };
      await put(
        store,
        fresh.map((session) => ({ ...session, ...changed })),
      );
    }
    await store.close();
    const size = openFile(path).prepare("SELECT sum(pgsize) AS bytes FROM dbstat WHERE name = 'sessions'").get();
    const bytes = Number(size?.bytes) / count;
    console.log(`${bytes.toFixed(0)} bytes a session`);
    expect(bytes).toBeGreaterThan(50);
    expect(bytes).toBeLessThanOrEqual(300);
  });

  it('is made by whichever of several processes comes first, and used by all', async () => {
    const path = newPath();
    const program = fileURLToPath(new URL('./count-up-once.ts', import.meta.url));
    const processes = Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, [program, path]));
    await Promise.all(processes);
    const { user } = await (await openStore(path)).findSubject({ subject: 'counter', shardTag: new Uint8Array(4) });
    expect(user?.notBefore).toBe(4);
  });
});
