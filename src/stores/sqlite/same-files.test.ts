import { copyFileSync, linkSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sampleSession, sampleSubject } from '../conformance/sample-records.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { createSqliteStore } from './index.ts';

async function openStore(name = (path: string) => path) {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-files-'));
  const path = join(folder, 'files.db');
  const store = createSqliteStore({ path: name(path) });
  await store.open();
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return { store, path };
}

/** Every way there is to the files: an act, an errand for the thread, and a read. */
const ways: readonly [string, (store: Store) => Promise<unknown>][] = [
  ['an act', (store) => store.checkHealth()],
  ['an errand', (store) => store.rememberOnce([{ key: crypto.randomUUID(), until: 4_000_000_000_000 }])],
  ['a read', (store) => store.listUsers('', 1)],
];

describe('a database file that was removed, moved or replaced under a server', () => {
  it.each(ways)('is told by %s, and is used again once it is back', async (_name, use) => {
    const { store, path } = await openStore();
    await use(store);
    renameSync(path, `${path}.moved`);
    await expect(use(store)).rejects.toThrow(StoreError);
    await expect(use(store)).rejects.toThrow(`${path} was removed, moved or replaced`);
    copyFileSync(`${path}.moved`, path);
    await expect(use(store)).rejects.toThrow(StoreError);
    renameSync(`${path}.moved`, path);
    await use(store);
  });

  it.each(ways)('is told by %s where it is the log that was removed', async (_name, use) => {
    const { store, path } = await openStore();
    const log = `${path}-wal`;
    linkSync(log, `${log}.kept`);
    rmSync(log);
    await expect(use(store)).rejects.toThrow(`${log} was removed, moved or replaced`);
    renameSync(`${log}.kept`, log);
    await use(store);
  });

  it('is not written to meanwhile', async () => {
    const { store, path } = await openStore();
    const key = sampleSubject();
    const session = sampleSession(key, Date.now());
    const write = { putSessions: [session] };
    const put = () => store.updateSubject({ ...key, decide: () => ({ write, result: undefined }) });
    renameSync(path, `${path}.moved`);
    await expect(put()).rejects.toThrow(StoreError);
    renameSync(`${path}.moved`, path);
    expect(await store.findSessions([session.sid])).toEqual([undefined]);
    await put();
    expect(await store.findSessions([session.sid])).toEqual([session]);
  });

  it('is found through a link to it', async () => {
    const { store, path } = await openStore((target) => {
      symlinkSync(target, `${target}.link`);
      return `${target}.link`;
    });
    await store.checkHealth();
    rmSync(`${path}-wal`);
    await expect(store.checkHealth()).rejects.toThrow(`${path}-wal was removed`);
  });
});
