import { chmodSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { addUser, openPlace, type Place } from './tallystick.ts';

/** The lines that begin with `verdict`, without it. */
function linesOf(stdout: string, verdict: 'good' | 'poor' | 'bad'): readonly string[] {
  return stdout
    .split('\n')
    .flatMap((line) => (line.startsWith(`${verdict}\t`) ? [line.slice(verdict.length + 1)] : []));
}

async function placeWithStore(): Promise<Place> {
  const place = openPlace();
  await addUser(place);
  await place.run(['key', 'list']);
  return place;
}

describe('tallystick doctor', () => {
  it('finds a healthy server healthy, with a line for each look', async () => {
    const place = await placeWithStore();
    const environment = {
      TALLYSTICK_ISSUER: 'https://auth.example',
      TALLYSTICK_FEED_SECRET: 'a-feed-secret-for-the-doctor-to-look-at',
    };
    const { code, stdout, stderr } = await place.run(['doctor'], { environment });
    expect({ code, stderr, bad: linesOf(stdout, 'bad'), poor: linesOf(stdout, 'poor') }).toEqual({
      code: 0,
      stderr: '',
      bad: [],
      poor: [],
    });
    for (const part of ['issuer', 'feed', 'secret', 'store: SQLite', 'store: durable', 'clock', 'signing keys: 1']) {
      expect(linesOf(stdout, 'good').some((line) => line.startsWith(part))).toBe(true);
    }
  });

  it('says what could be better without failing for it', async () => {
    const place = await placeWithStore();
    const { code, stdout } = await place.run(['doctor']);
    expect(code).toBe(0);
    expect(linesOf(stdout, 'poor')).toEqual([expect.stringContaining('issuer'), expect.stringContaining('feed: off')]);
  });

  it('fails for a configuration that is wrong, and shows no secret', async () => {
    const environment = { TALLYSTICK_SECRET: 'too short to be a secret' };
    const { code, stdout, stderr } = await (await placeWithStore()).run(['doctor'], { environment });
    expect(code).toBe(1);
    expect(linesOf(stdout, 'bad')).toEqual([expect.stringContaining('TALLYSTICK_SECRET')]);
    expect(stdout + stderr).not.toContain('too short to be');
  });

  it('fails for a secret that others can read', async () => {
    const place = await placeWithStore();
    chmodSync(join(dirname(place.database), 'secret'), 0o644);
    const { code, stdout } = await place.run(['doctor']);
    expect(code).toBe(1);
    expect(linesOf(stdout, 'bad')).toEqual([expect.stringContaining('others on this machine can read')]);
  });

  it('fails for a store that is not there, and makes none', async () => {
    const place = openPlace();
    const { code, stdout } = await place.run(['doctor']);
    expect({ code, bad: linesOf(stdout, 'bad') }).toEqual({
      code: 1,
      bad: [expect.stringMatching(/^store: .*tallystick\.db is not there/)],
    });
    expect(existsSync(place.database)).toBe(false);
  });

  it('fails for a store that is out of reach', async () => {
    const environment = { TALLYSTICK_STORE: 'postgres://127.0.0.1:1/none', TALLYSTICK_SECRET: 'x'.repeat(32) };
    const { code, stdout } = await openPlace().run(['doctor'], { environment });
    expect({ code, bad: linesOf(stdout, 'bad') }).toEqual({
      code: 1,
      bad: [expect.stringMatching(/^TALLYSTICK_STORE: PostgreSQL: /)],
    });
  });

  it('fails for a store that a newer version has been at', async () => {
    const place = openPlace();
    await addUser(place);
    const db = new DatabaseSync(place.database);
    db.exec('PRAGMA user_version = 99');
    db.close();
    const { code, stdout } = await place.run(['doctor']);
    expect({ code, bad: linesOf(stdout, 'bad') }).toEqual({ code: 1, bad: [expect.stringContaining('schema 99')] });
  });
});
