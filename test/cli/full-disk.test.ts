/**
 * A disk that is full, as the embedded store sees it: its files cannot grow. A limit of the process stands in for the disk.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { addUser, openPlace, type RunningServer, refresh, refreshedAfterWindow, signIn } from './tallystick.ts';

function limitFiles({ pid }: RunningServer, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
}

describe('a server whose disk is full', () => {
  it('answers 503 with Retry-After, writes nothing by half, and goes on when there is room', async () => {
    const place = openPlace();
    await addUser(place);
    const server = await place.serve({ TALLYSTICK_RETRY_WINDOW_SECONDS: '0' });
    const tokens = await signIn(server);
    limitFiles(server, 4_096);
    const refused = await refresh(server, tokens.refresh_token);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(server.log.some((line) => line.includes('"fault"'))).toBe(true);
    limitFiles(server, 'unlimited');
    const next = await refreshedAfterWindow(server, tokens.refresh_token);
    await refreshedAfterWindow(server, next.refresh_token);
  });
});
