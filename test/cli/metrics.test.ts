import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { addUser, get, openPlace, type RunningServer, refresh, refreshed, signIn } from './tallystick.ts';

const secret = 'a-secret-for-whoever-scrapes-the-metrics';

function scrape({ url }: RunningServer, presented = secret): Promise<Response> {
  return fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${presented}` } });
}

/** The value of the sample with exactly these labels, or `undefined` where there is none. */
function sample(text: string, name: string, labels: Readonly<Record<string, string>>): number | undefined {
  const written = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = text.split('\n').find((each) => each.startsWith(`${name}{${written.join(',')}} `));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

describe('GET /metrics', () => {
  it('counts what happened and how it was answered, and shows nobody', async () => {
    const place = openPlace();
    await addUser(place);
    const server = await place.serve({ TALLYSTICK_METRICS_SECRET: secret });
    const tokens = await signIn(server);
    const next = await refreshed(server, tokens.refresh_token);
    await refreshed(server, tokens.refresh_token);
    await refresh(server, 'tsr_nothing');
    await get(server, `/devices/${tokens.device_id}`, tokens.access_token);
    const answer = await scrape(server);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    const events = (type: string, reason: string) => sample(text, 'tallystick_events_total', { type, reason });
    expect(events('session_created', '')).toBe(1);
    expect(events('session_refreshed', 'rotate')).toBe(1);
    expect(events('session_refreshed', 'retry')).toBe(1);
    expect(events('refresh_refused', 'forged')).toBe(1);
    const answers = (endpoint: string, status: string) =>
      sample(text, 'tallystick_request_seconds_count', { endpoint, status });
    expect([answers('/login', '200'), answers('/token', '200'), answers('/token', '400')]).toEqual([1, 2, 1]);
    expect(answers('/devices', '405')).toBe(1);
    for (const shown of ['ada', tokens.device_id, tokens.session_id, next.refresh_token, '127.0.0.1']) {
      expect(text).not.toContain(shown);
    }
  });

  it('says how old the head of the feed is, and that the store fails', async () => {
    const place = openPlace();
    await addUser(place);
    const server = await place.serve({ TALLYSTICK_METRICS_SECRET: secret });
    const tokens = await signIn(server);
    const readAt = /^tallystick_feed_head_read_at_seconds (\d+)$/m.exec(await (await scrape(server)).text())?.[1];
    expect(Math.abs(Number(readAt) - Date.now() / 1000)).toBeLessThan(5);
    const db = new DatabaseSync(place.database);
    db.exec('DROP TABLE sessions');
    db.close();
    expect((await refresh(server, tokens.refresh_token)).status).toBe(503);
    const text = await (await scrape(server)).text();
    expect(sample(text, 'tallystick_events_total', { type: 'fault', reason: 'POST /token' })).toBe(1);
  });

  it('is there for nobody without the secret, and not at all unless asked for', async () => {
    const place = openPlace();
    const server = await place.serve({ TALLYSTICK_METRICS_SECRET: secret });
    expect((await scrape(server, `${secret}x`)).status).toBe(404);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    const plain = await openPlace().serve();
    expect((await scrape(plain)).status).toBe(404);
    const several = await openPlace().run(['serve', '--workers', '2'], {
      environment: { TALLYSTICK_METRICS_SECRET: secret },
    });
    expect(several).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('TALLYSTICK_METRICS_SECRET: metrics are'),
    });
    const short = await openPlace().run(['serve'], { environment: { TALLYSTICK_METRICS_SECRET: 'short' } });
    expect(short).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('TALLYSTICK_METRICS_SECRET: 32 characters'),
    });
  });
});
