import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sampleSession, sampleSubject } from '../conformance/sample-records.ts';
import { ending, remembering, rotating, starting } from './errand.ts';
import { createSqliteStore } from './index.ts';
import { knownFiles } from './same-files.ts';
import { createWriteGroup } from './write-group.ts';
import { createWriter, type Writer } from './writer.ts';

const until = 4_000_000_000_000;

/** A file with one session, a write group whose own connection must not be needed, and how often its thread was asked. */
async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-writer-'));
  const path = join(folder, 'writer.db');
  const store = createSqliteStore({ path });
  await store.open();
  const key = sampleSubject();
  const session = sampleSession(key, Date.now(), { changedAt: null });
  await store.updateSubject({ ...key, decide: () => ({ write: { putSessions: [session] }, result: undefined }) });
  await store.close();
  const writer = createWriter(path, knownFiles(path));
  onTestFinished(async () => {
    await writer.close();
    rmSync(folder, { recursive: true });
  });
  let transactions = 0;
  const counting: Writer = {
    ...writer,
    write: (errands) => {
      transactions += 1;
      return writer.write(errands);
    },
  };
  const exec = () => {
    throw new Error('the event loop wrote');
  };
  const group = createWriteGroup({ exec }, { writer: counting });
  return { path, session, writer, group, transactions: () => transactions };
}

const here = () => {
  throw new Error('the event loop wrote');
};

describe('the thread that writes', () => {
  it('has the rotations and the single uses that arrive together in one transaction', async () => {
    const { path, session, group, transactions } = await setUp();
    const { sid, generation, branch, clientId, keyThumbprint } = session;
    const rotation = rotating(sid, {
      generation,
      branch,
      clientId,
      keyThumbprint,
      deadline: null,
      retryWindow: 0,
      inactivityTimeout: null,
      lastAddress: '192.0.2.7',
      lastAgent: 'agent',
      conclude: (next) => next.generation,
    });
    const answers = await Promise.all([
      group.run(here, remembering([{ key: 'first', until }])),
      group.run(here, rotation),
      group.run(
        here,
        remembering([
          { key: 'second', until },
          { key: 'first', until },
        ]),
      ),
    ]);
    expect(answers).toEqual([[true], generation + 1, [true, false]]);
    expect(transactions()).toBe(1);
    const db = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => db.close());
    expect(db.prepare('SELECT key FROM single_uses ORDER BY key').all()).toEqual([{ key: 'first' }, { key: 'second' }]);
    expect(db.prepare('SELECT generation FROM sessions').all()).toEqual([{ generation: generation + 1 }]);
  });

  it('has the steps of attempts, and leaves nothing of those that passed', async () => {
    const { path, group, transactions } = await setUp();
    const attempt = { key: 'key', limit: 1, heldFor: 60_000 };
    const starts = ['first', 'second'].map((id) => ({ ...attempt, id }));
    const admissions = await group.run(here, starting(starts));
    expect(admissions).toEqual([{ kind: 'admitted' }, { kind: 'crowded' }]);
    await group.run(here, ending([{ key: 'key', id: 'first', outcome: 'failed', countedFor: 60_000 }]));
    expect(await group.run(here, starting(starts))).toMatchObject([{ kind: 'refused' }, { kind: 'refused' }]);
    await group.run(here, ending([{ key: 'key', id: 'second', outcome: 'passed', countedFor: 60_000 }]));
    expect(transactions()).toBe(4);
    const db = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => db.close());
    expect(db.prepare('SELECT key FROM attempts').all()).toEqual([]);
  });

  it('remembers a use that another server holds already as not the first', async () => {
    const { path, group } = await setUp();
    const db = new DatabaseSync(path);
    onTestFinished(() => db.close());
    db.prepare('INSERT INTO single_uses VALUES (?, ?)').run('held', until);
    expect(await group.run(here, remembering([{ key: 'held', until }]))).toEqual([false]);
  });

  it('has what came while it was at work in one transaction', async () => {
    const { path, writer } = await setUp();
    await writer.start();
    const batches = Array.from({ length: 20 }, (_, index) => [remembering([{ key: `use ${index}`, until }])]);
    const answers = await Promise.all(batches.map((batch) => writer.write(batch)));
    expect(answers).toEqual(batches.map(() => [{ result: [true] }]));
    // A commit writes at least one page to the log, of 4096 bytes and a header of 24.
    expect((statSync(`${path}-wal`).size - 32) / (4096 + 24)).toBeLessThan(batches.length);
  });
});
