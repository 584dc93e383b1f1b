import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { addUsers } from '../drills/add-users.ts';
import { judge } from '../drills/history.ts';
import { runRaces } from './run-races.ts';

const secret = 'a root secret for the races only';
const password = 'correct horse battery staple';

describe('three servers on one SQLite file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-races-'));
  const file = join(folder, 'races.db');
  const usernames = Array.from({ length: 24 }, (_, index) => `user${index}`);

  beforeAll(() => addUsers(createSqliteStore({ path: file }), { usernames, password, secret }));

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('sign no honest client out, keep one lineage a session, and revive nothing that was ended', async () => {
    const environment = { TALLYSTICK_STORE: `sqlite:${file}`, TALLYSTICK_SECRET: secret, TALLYSTICK_LOG_LEVEL: 'info' };
    const result = await runRaces({ environment, usernames, password, servers: 3, rounds: 6, retryWindowSeconds: 2 });
    const outcomes = Map.groupBy(result.history.refreshes, ({ outcome, status }) => outcome ?? String(status));
    console.log('races:', Object.fromEntries([...outcomes].map(([outcome, found]) => [outcome, found.length])), {
      lost: result.lost,
      ended: result.ended,
      undone: result.undone,
    });
    expect(judge(result.history)).toEqual([]);
    expect(result).toMatchObject({ lost: 0, ended: 8, undone: 0 });
    expect(outcomes.get('rotate')?.length).toBeGreaterThan(24);
    expect(outcomes.get('retry')?.length).toBeGreaterThan(24);
  }, 180_000);
});
