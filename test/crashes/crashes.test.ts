import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judge } from '../drills/history.ts';
import { runCrashes } from './run-crashes.ts';

describe('a server on SQLite that is killed under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-crashes-'));

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('signs nobody out, and undoes no acknowledged sign-out', async () => {
    const { history, ...result } = await runCrashes({ file: join(folder, 'crashes.db'), kills: 8, clients: 12 });
    console.log('crashes:', result, 'refreshes:', history.refreshes.length);
    expect(judge(history)).toEqual([]);
    expect(result).toMatchObject({ signedOut: 0, signOuts: 3, undone: 0 });
    expect(history.refreshes.some(({ status }) => status === undefined)).toBe(true);
  }, 120_000);
});
