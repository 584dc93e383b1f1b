/**
 * Fills a new SQLite file through the store's own tables, in large transactions that nobody waits for on disk.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { prepareSessions } from '../../src/stores/sqlite/sessions.ts';
import { prepareDevices } from '../../src/stores/sqlite/subjects.ts';
import { createGuardedFolder } from '../../test/engines/guarded-folder.ts';
import { createBar, type FilledStore } from './filled-store.ts';
import { planRows, type RowPlan } from './plan-rows.ts';

const rowsOfTransaction = 50_000;

export async function fillSqlite(count: number, say: (what: string) => void): Promise<FilledStore> {
  const folder = createGuardedFolder('tallystick-scale-');
  const path = join(folder.path, 'tallystick.db');
  const plan = planRows(count, await makeStore(path));
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;');
  insertAll(db, plan, say);
  db.close();
  return {
    plan,
    name: `sqlite:${path}`,
    open: () => createSqliteStore({ path }),
    sessionBytes: async () => measureSessions(path),
    remove: folder.remove,
  };
}

/** An empty store; gives its shard secret. */
async function makeStore(path: string): Promise<Uint8Array> {
  const store = createSqliteStore({ path });
  await store.open();
  const shardSecret = await store.shardSecret();
  await store.close();
  return shardSecret;
}

function insertAll(db: DatabaseSync, plan: RowPlan, say: (what: string) => void): void {
  const [sessions, devices] = [prepareSessions(db), prepareDevices(db)];
  inTransactions(db, plan.inOrderOfIds(), createBar('sessions', plan.count, say), (index) =>
    sessions.put(plan.session(index)),
  );
  const inOrder = Array(plan.count).keys();
  inTransactions(db, inOrder, createBar('devices', plan.count, say), (index) => devices.put(plan.device(index)));
}

function inTransactions(
  db: DatabaseSync,
  indexes: Iterable<number>,
  tell: (done: number) => void,
  insert: (index: number) => void,
): void {
  let done = 0;
  db.exec('BEGIN');
  for (const index of indexes) {
    insert(index);
    done += 1;
    if (done % rowsOfTransaction > 0) continue;
    db.exec('COMMIT; BEGIN');
    tell(done);
  }
  db.exec('COMMIT');
  tell(done);
}

function measureSessions(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const found = db.prepare("SELECT pgsize FROM dbstat WHERE name = 'sessions' AND aggregate = TRUE").get();
  db.close();
  return Number(found?.pgsize);
}
