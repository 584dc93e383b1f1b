/**
 * The long race: `npm run races [-- CLIENTS [ROUNDS]]`, 60 clients with three tabs each and 20 rounds unless told otherwise,
 * at three servers on one SQLite file.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { addUsers } from '../drills/add-users.ts';
import { judge } from '../drills/history.ts';
import { runRaces } from './run-races.ts';

const [clients = 60, rounds = 20] = process.argv.slice(2).map(Number);
const secret = 'a root secret for the races only';
const password = 'correct horse battery staple';
const folder = mkdtempSync(join(tmpdir(), 'tallystick-races-'));
const path = join(folder, 'races.db');
const usernames = Array.from({ length: clients }, (_, index) => `user${index}`);
await addUsers(createSqliteStore({ path }), { usernames, password, secret });

const environment = { TALLYSTICK_STORE: `sqlite:${path}`, TALLYSTICK_SECRET: secret };
const result = await runRaces({ environment, usernames, password, servers: 3, rounds, retryWindowSeconds: 2 });
rmSync(folder, { recursive: true });

const answers = Map.groupBy(
  result.history.refreshes,
  ({ outcome, status }) => outcome ?? String(status ?? 'no answer'),
);
const broken = judge(result.history);
console.log('refreshes:', Object.fromEntries([...answers].map(([answer, found]) => [answer, found.length])));
console.log(`honest clients signed out: ${result.lost}`);
console.log(`sessions ended in the middle of a race: ${result.ended}, undone: ${result.undone}`);
for (const line of broken) console.log('broken:', line);
process.exitCode = result.lost + result.undone + broken.length === 0 ? 0 : 1;
