/**
 * A process that opens the SQLite file it is given, adds one to a counter there, and ends.
 */
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';

const nobody = {
  subject: 'counter',
  username: null,
  passwordHash: null,
  createdAt: 0,
  disabledAt: null,
  notBefore: 0,
};

const store = createSqliteStore({ path: process.argv[2] ?? '' });
await store.open();
await store.updateSubject({
  subject: 'counter',
  shardTag: new Uint8Array(4),
  decide: ({ user = nobody }) => ({ write: { user: { ...user, notBefore: user.notBefore + 1 } }, result: undefined }),
});
await store.close();
