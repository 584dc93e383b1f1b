import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../store-error.ts';
import type { Errand } from './errand.ts';
import { createWriteGroup, type WriteGroupOptions } from './write-group.ts';
import type { Writer } from './writer.ts';

function openFile(path: string, options?: { readOnly: boolean }): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 0, ...options });
  onTestFinished(() => db.close());
  return db;
}

/** A file with a table of numbers, its write group, and every statement that the group executed itself. */
function setUp(options?: WriteGroupOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-group-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'group.db');
  const db = openFile(path);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER UNIQUE, filling TEXT)');
  const executed: string[] = [];
  const exec = (sql: string) => {
    executed.push(sql);
    db.exec(sql);
  };
  const insert = (number: number, filling = '') => {
    db.prepare('INSERT INTO numbers VALUES (?, ?)').run(number, filling);
    return number;
  };
  const numbers = () =>
    db
      .prepare('SELECT number FROM numbers ORDER BY number')
      .all()
      .map(({ number }) => number);
  return { path, db, group: createWriteGroup({ exec }, options), executed, insert, numbers };
}

const commits = (executed: readonly string[]) => executed.filter((sql) => sql === 'COMMIT').length;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a write group', () => {
  it('writes what arrives together in one transaction', async () => {
    const { group, executed, insert, numbers } = setUp();
    expect(await Promise.all(upTo(100).map((number) => group.run(() => insert(number))))).toEqual(upTo(100));
    expect(executed).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(numbers()).toEqual(upTo(100));
  });

  it('answers nobody before the commit', async () => {
    const { group, executed, insert } = setUp();
    const log: string[] = [];
    await Promise.all(
      upTo(3).map((number) =>
        group.run(() => insert(number)).then(() => log.push(`answered after ${commits(executed)}`)),
      ),
    );
    expect(log).toEqual(['answered after 1', 'answered after 1', 'answered after 1']);
  });

  it('bounds how much one transaction holds', async () => {
    const { group, executed, insert, numbers } = setUp();
    await Promise.all(upTo(1_100).map((number) => group.run(() => insert(number))));
    expect(commits(executed)).toBe(3);
    expect(numbers()).toHaveLength(1_100);
  });

  it('redoes a group one by one in which an act fails, and rejects that one alone', async () => {
    const { group, executed, insert, numbers } = setUp();
    const objection = new Error('not this one');
    const results = await Promise.allSettled([
      group.run(() => insert(1)),
      group.run(() => {
        insert(2);
        throw objection;
      }),
      group.run(() => insert(3)),
    ]);
    expect(results).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: objection },
      { status: 'fulfilled', value: 3 },
    ]);
    expect(numbers()).toEqual([1, 3]);
    expect(commits(executed)).toBe(2);
  });

  it('gives the engine’s errors as a StoreError that says what they are', async () => {
    const { group, insert } = setUp();
    await group.run(() => insert(1));
    const failing = group.run(() => insert(1));
    await expect(failing).rejects.toThrow(StoreError);
    await expect(failing).rejects.toThrow('UNIQUE constraint failed: numbers.number');
  });

  it('gives a StoreError while the disk is full, writes nothing of it, and goes on when there is room again', async () => {
    const { db, group, insert, numbers } = setUp();
    const pages = Number(db.prepare('PRAGMA page_count').get()?.page_count);
    db.exec(`PRAGMA max_page_count = ${pages + 1}`);
    const large = 'x'.repeat(20_000);
    const results = await Promise.allSettled([
      group.run(() => insert(1)),
      group.run(() => insert(2, large)),
      group.run(() => insert(3)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { name: 'StoreError', message: 'SQLite: database or disk is full' } });
    expect(numbers()).toEqual([1, 3]);
    db.exec('PRAGMA max_page_count = 100000');
    expect(await group.run(() => insert(2, large))).toBe(2);
    expect(numbers()).toEqual([1, 2, 3]);
  });

  it('gives a StoreError where the file cannot be written to', async () => {
    const { path } = setUp();
    const db = openFile(path, { readOnly: true });
    const group = createWriteGroup(db);
    const insert = (number: number) => db.prepare('INSERT INTO numbers VALUES (?, NULL)').run(number);
    await expect(group.run(() => insert(1))).rejects.toThrow(StoreError);
  });

  it('waits for another process to let go of the file without holding the event loop', async () => {
    const { path, group, executed, insert, numbers } = setUp();
    const other = openFile(path);
    other.exec('BEGIN IMMEDIATE; INSERT INTO numbers VALUES (1, NULL)');
    let isWritten = false;
    const writing = group
      .run(() => insert(2))
      .then(() => {
        isWritten = true;
      });
    // Waiting for the file inside a turn would be in vain: it is let go of in a later one.
    while (executed.length < 10) await turn();
    expect(isWritten).toBe(false);
    other.exec('COMMIT');
    await writing;
    expect(numbers()).toEqual([1, 2]);
  });

  it('gives up with a StoreError where another process keeps the file', async () => {
    const { path, group, insert } = setUp({ patience: 20 });
    const other = openFile(path);
    other.exec('BEGIN IMMEDIATE');
    const results = await Promise.allSettled([group.run(() => insert(1)), group.run(() => insert(2))]);
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { name: 'StoreError' } });
    other.exec('ROLLBACK');
    expect(await group.run(() => insert(1))).toBe(1);
  });

  it('is settled when nothing is under way any more', async () => {
    const { group, insert, numbers } = setUp();
    await group.settled();
    for (const number of upTo(600)) void group.run(() => insert(number));
    await group.settled();
    expect(numbers()).toHaveLength(600);
  });
});

/** A writer that answers when it is told to, with what it was asked until now. */
function heldWriter() {
  const asked: { readonly size: number; answer(kind: 'done' | 'busy' | 'undone'): void }[] = [];
  const writer: Writer = {
    start: async () => true,
    write: (errands) =>
      new Promise((resolve) => {
        asked.push({
          size: errands.length,
          answer: (kind) => {
            if (kind === 'busy') resolve('busy');
            else resolve(kind === 'done' ? errands.map(({ conclude }) => conclude({}, 0)) : []);
          },
        });
      }),
    close: async () => {},
  };
  return { writer, asked };
}

/** What the thread gives, which no act does. */
const byTheThread = -1;
const errand: Errand<number> = { write: { uses: [] }, conclude: () => ({ result: byTheThread }) };

describe('a write group with a thread', () => {
  it('sends errands while earlier ones are still with the thread', async () => {
    const { writer, asked } = heldWriter();
    const { group, insert } = setUp({ writer });
    const first = group.run(() => insert(1), errand);
    await turn();
    const second = group.run(() => insert(2), errand);
    await turn();
    expect(asked.map(({ size }) => size)).toEqual([1, 1]);
    for (const { answer } of asked) answer('done');
    expect(await Promise.all([first, second])).toEqual([byTheThread, byTheThread]);
  });

  it('sends many without waiting for the end of the turn', async () => {
    const { writer, asked } = heldWriter();
    const { group, insert } = setUp({ writer });
    const running = upTo(40).map((number) => group.run(() => insert(number), errand));
    await Promise.resolve();
    const before = asked.length;
    await turn();
    expect([before, asked.map(({ size }) => size)]).toEqual([2, [16, 16, 8]]);
    for (const { answer } of asked) answer('done');
    await Promise.all(running);
  });

  it('runs acts when no errand is with the thread, and holds errands meanwhile', async () => {
    const { writer, asked } = heldWriter();
    const { group, executed, insert } = setUp({ writer });
    const sent = group.run(() => insert(1), errand);
    await turn();
    const act = group.run(() => insert(2));
    await turn();
    const held = group.run(() => insert(3), errand);
    await turn();
    expect({ executed, asked: asked.length }).toEqual({ executed: [], asked: 1 });
    asked[0]?.answer('done');
    expect(await act).toBe(2);
    expect(executed).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    await turn();
    expect(asked).toHaveLength(2);
    asked[1]?.answer('done');
    expect(await Promise.all([sent, held])).toEqual([byTheThread, byTheThread]);
  });

  it('lets errands and acts take turns, however many acts there are', async () => {
    const { writer, asked } = heldWriter();
    const { group, insert } = setUp({ writer });
    const acts = upTo(600).map((number) => group.run(() => insert(number)));
    const late = group.run(() => insert(600), errand);
    await turn();
    asked[0]?.answer('done');
    expect(await late).toBe(byTheThread);
    await Promise.all(acts);
  });

  it('holds errands while an act waits for another process', async () => {
    const { writer, asked } = heldWriter();
    const { path, group, executed, insert } = setUp({ writer });
    const other = openFile(path);
    other.exec('BEGIN IMMEDIATE');
    const act = group.run(() => insert(1));
    while (executed.length < 2) await turn();
    const held = upTo(20).map((number) => group.run(() => insert(number), errand));
    while (executed.length < 4) await turn();
    expect(asked).toEqual([]);
    other.exec('COMMIT');
    expect(await act).toBe(1);
    await turn();
    expect(asked.map(({ size }) => size)).toEqual([20]);
    asked[0]?.answer('done');
    await Promise.all(held);
  });

  it('keeps the next errands back while four groups are with the thread, and sees meanwhile that a sender hangs up', async () => {
    const { writer, asked } = heldWriter();
    const { group, insert, numbers } = setUp({ writer });
    const sent = [];
    for (const number of upTo(4)) {
      sent.push(group.run(() => insert(number), errand));
      await turn();
    }
    const hangUp = new AbortController();
    const late = [group.run(() => insert(4), errand), group.run(() => insert(5), { ...errand, signal: hangUp.signal })];
    await turn();
    hangUp.abort();
    expect(asked.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
    asked[0]?.answer('done');
    await turn();
    expect(asked.map(({ size }) => size)).toEqual([1, 1, 1, 1, 1]);
    for (const { answer } of asked) answer('done');
    // What is not the thread's any more is run here, where it can be told that nobody waits for it.
    expect(await Promise.all([...sent, ...late])).toEqual([...sent.map(() => byTheThread), byTheThread, 5]);
    expect(numbers()).toEqual([5]);
  });

  it('has an act wait no longer because it waited for the thread before', async () => {
    const { writer, asked } = heldWriter();
    const { path, group, executed, insert } = setUp({ writer, patience: 20 });
    openFile(path).exec('BEGIN IMMEDIATE');
    const sent = group.run(() => insert(1), errand);
    await turn();
    const act = group.run(() => insert(2));
    await wait(30);
    asked[0]?.answer('done');
    await expect(act).rejects.toThrow(StoreError);
    expect(executed.filter((sql) => sql === 'BEGIN IMMEDIATE')).toHaveLength(1);
    await sent;
  });

  it('runs here what the thread left undone', async () => {
    const { writer, asked } = heldWriter();
    const { group, insert, numbers } = setUp({ writer });
    const running = group.run(() => insert(7), errand);
    await turn();
    asked[0]?.answer('undone');
    expect(await running).toBe(7);
    expect(numbers()).toEqual([7]);
  });

  it('gives up with a StoreError where another process keeps the file from the thread', async () => {
    const { writer, asked } = heldWriter();
    const { group, insert, numbers } = setUp({ writer, patience: -1 });
    const running = group.run(() => insert(1), errand);
    await turn();
    asked[0]?.answer('busy');
    await expect(running).rejects.toThrow(StoreError);
    await group.settled();
    expect(numbers()).toEqual([]);
  });

  it('is settled when the thread has answered as well', async () => {
    const { writer, asked } = heldWriter();
    const { group, insert } = setUp({ writer });
    let isSettled = false;
    void group.run(() => insert(1), errand);
    await turn();
    const settled = group.settled().then(() => {
      isSettled = true;
    });
    await turn();
    expect(isSettled).toBe(false);
    asked[0]?.answer('done');
    await settled;
  });
});
