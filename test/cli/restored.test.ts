import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addUser, get, login, openPlace, read, refresh, refreshed, signIn, type Tokens } from './tallystick.ts';

describe('tallystick restored', () => {
  it('ends what was ended after the backup, and everything else with it, for one clean sign-in', async () => {
    const place = openPlace();
    await addUser(place);
    const first = await place.serve();
    const [laptop, phone] = [await signIn(first), await signIn(first)];
    await first.stop();
    const backup = join(place.folder, 'backup.db');
    copyFileSync(place.database, backup);

    const second = await place.serve();
    const later = await refreshed(second, phone.refresh_token);
    await fetch(`${second.url}/logout`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${laptop.access_token}` },
    });
    await second.stop();

    for (const companion of ['-wal', '-shm']) rmSync(place.database + companion, { force: true });
    copyFileSync(backup, place.database);
    const restoring = await place.run(['restored']);
    expect(restoring).toMatchObject({ code: 0, stderr: '' });
    expect(restoring.stdout).toMatch(/^ended every session begun before \d{4}-\d\d-\d\dT[\d:.]+Z, /);

    const third = await place.serve();
    for (const { refresh_token } of [laptop, phone, later]) {
      expect((await refresh(third, refresh_token)).status).toBe(400);
    }
    expect((await get(third, '/me', later.access_token)).status).toBe(401);
    const again = await read<Tokens>(await login(third));
    expect((await get(third, '/me', again.access_token)).status).toBe(200);
    await refreshed(third, again.refresh_token);
    expect(third.log.join('\n')).not.toContain('refresh_replayed');
  });
});
