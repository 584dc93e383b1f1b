/**
 * A server on SQLite that kills itself with SIGKILL at a named point of its n-th write of sessions. The points are reached
 * through the store's port, so that the product has no failpoints.
 *
 *     node crashing-server.ts FILE SECRET POINT N
 */
import { listen } from '../../src/cli/listen.ts';
import { createTallystick } from '../../src/server/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import type { Store } from '../../src/stores/store.ts';
import { isCrashPoint } from './crash-points.ts';

const [file = '', secret = '', point = '', count = '0'] = process.argv.slice(2);
if (!isCrashPoint(point)) throw new TypeError(`POINT: ${point}`);

let left = Number(count);

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Counts a write down; true for the one to die in. */
function isLast(): boolean {
  left -= 1;
  return left === 0;
}

function crashing(store: Store): Store {
  const updateSessions: Store['updateSessions'] = async (updates) => {
    const last = isLast();
    if (last && point === 'before-write') die();
    const results = await store.updateSessions(
      updates.map((update) => ({
        ...update,
        // A rotation that is written as data has no moment inside its group that could be met from here.
        plain: point === 'inside-group' ? undefined : update.plain,
        decide: (session, now) => {
          const decision = update.decide(session, now);
          // The transaction of the group is open: some of it is written, none of it committed.
          if (last && point === 'inside-group') die();
          return decision;
        },
      })),
    );
    if (last && point === 'before-answer') die();
    return results;
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'updateSessions') return updateSessions;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

const auth = createTallystick({
  store: crashing(createSqliteStore({ path: file })),
  issuer: 'http://localhost:3000',
  secrets: [secret],
  retryWindowSeconds: 4,
  explain: true,
});
await auth.ready();
await listen((request, info) => auth.handler(request, info), '127.0.0.1', Number(process.env.PORT));
console.log('listening');
