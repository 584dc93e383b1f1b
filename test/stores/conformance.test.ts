/**
 * The conformance suite on every store there is.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type StoreConformanceOptions, storeConformance } from '../../src/stores/conformance/index.ts';
import { createMemoryStore } from '../../src/stores/memory/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import type { Store } from '../../src/stores/store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-conformance-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const paths = new WeakMap<Store, string>();
let made = 0;

async function openFile(path: string): Promise<Store> {
  const store = createSqliteStore({ path });
  paths.set(store, path);
  await store.open();
  return store;
}

const engines: Readonly<Record<string, StoreConformanceOptions>> = {
  memory: {
    open: async () => {
      const store = createMemoryStore();
      await store.open();
      return store;
    },
    another: { skip: 'its data is in one process and in one object' },
  },
  SQLite: {
    open: () => {
      made += 1;
      return openFile(join(folder, `${made}.db`));
    },
    another: (store) => openFile(paths.get(store) ?? ''),
  },
};

describe.each(Object.entries(engines))('the %s store', (_name, options) => {
  for (const { name, skip, run } of storeConformance(options)) {
    test(name, async ({ skip: leaveOut }) => {
      if (skip) leaveOut(skip);
      await run();
    });
  }
});
