/**
 * Only a definite refusal ends a session. Everything else is trouble that passes.
 */
import { describe, expect, it } from 'vitest';
import { createWorld, signedInTabs } from './world/create-world.ts';
import type { Fault } from './world/fake-browser.ts';
import { createRandom } from './world/random.ts';

const minute = 60_000;
const account = 'https://bank.example/account';

function onToken(fault: Fault): (path: string) => Fault | undefined {
  return (path) => (path === '/token' ? fault : undefined);
}

describe('failures', () => {
  it.each([
    { kind: 'lose-request' },
    { kind: 'lose-response' },
    { kind: 'delay', milliseconds: 30_000 },
    { kind: 'refuse', status: 500 },
    { kind: 'refuse', status: 503, retryAfter: 5 },
    { kind: 'refuse', status: 429, retryAfter: 5 },
    { kind: 'refuse', status: 200 },
    { kind: 'refuse', status: 404 },
    { kind: 'refuse', status: 400 },
    { kind: 'refuse', status: 401 },
  ] as const)('keep the session: %j', async (fault) => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    browser.fault = onToken(fault);
    await expect(time.until(tab.client.fetch(account))).rejects.toBeInstanceOf(TypeError);
    expect(tab.client.state).toMatchObject({ status: 'signed-in', connection: 'unreachable' });
    browser.fault = () => undefined;
    await time.advance(2 * minute);
    expect(tab.client.state).toMatchObject({ status: 'signed-in', connection: 'ok' });
    expect((await time.until(tab.client.fetch(account))).status).toBe(200);
    expect(server.outcomes).not.toContain('replayed');
  });

  it('waits for as long as the server asks before it tries again', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    let tries = 0;
    browser.fault = (path) => {
      if (path !== '/token') return undefined;
      tries += 1;
      return { kind: 'refuse', status: 429, retryAfter: 120 };
    };
    const outcome = await time.until(tab.client.refresh());
    expect(outcome).toMatchObject({ kind: 'unavailable' });
    expect('retryAfterSeconds' in outcome && outcome.retryAfterSeconds).toBeGreaterThanOrEqual(120);
    tab.signal('online');
    await time.advance(119_000);
    expect(tries).toBe(1);
    browser.fault = () => undefined;
    await time.advance(10_000);
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('spreads its tries and makes them rarer', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    const tries: number[] = [];
    browser.fault = (path) => {
      if (path === '/token') tries.push(time.now);
      return { kind: 'refuse', status: 503 };
    };
    void tab.client.refresh();
    await time.advance(10 * minute);
    expect(tries.length).toBeGreaterThan(8);
    expect(tries.length).toBeLessThan(25);
    const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    // A minute at most, with half of it left to chance; the way there and back is less than a second.
    const longest = pauses.slice(-6);
    expect(Math.min(...longest)).toBeGreaterThan(29_000);
    expect(Math.max(...longest) - Math.min(...longest)).toBeGreaterThan(5_000);
  });

  it('refreshes once for all tabs when what kept each of them waiting has passed', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const tabs = await signedInTabs(world, 5);
    await time.advance(16 * minute);
    browser.fault = onToken({ kind: 'refuse', status: 503 });
    const requests = Promise.all(tabs.map(({ client }) => client.fetch(account)));
    await time.advance(1500);
    browser.fault = () => undefined;
    const responses = await time.until(requests);
    expect(responses.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('says that it is offline, and goes on as soon as it is not', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    const offline = browser.goOffline(minute);
    await expect(tab.client.fetch(account)).rejects.toBeInstanceOf(TypeError);
    expect(tab.client.state).toMatchObject({ status: 'signed-in', connection: 'offline' });
    await offline;
    await time.advance(500);
    expect(tab.client.state).toMatchObject({ status: 'signed-in', connection: 'ok' });
  });

  it('takes no refusal for definite where another tab got a later token meanwhile', async () => {
    const world = createWorld({ without: ['locks', 'channels'] });
    const { time, browser } = world;
    const options = { delivery: 'body', storage: browser.storage() } as const;
    const [one, two] = await signedInTabs(world, 2, options);
    await time.advance(16 * minute);
    const refusal: Fault = { kind: 'refuse', status: 400, error: 'invalid_grant', milliseconds: 3000 };
    const faults = [refusal];
    browser.fault = (path) => (path === '/token' ? faults.pop() : undefined);
    const refreshing = one.client.refresh();
    await time.advance(100);
    await time.until(two?.client.refresh() ?? Promise.reject());
    expect(await time.until(refreshing)).toEqual({ kind: 'refreshed' });
    expect(one.client.state.status).toBe('signed-in');
  });

  it('does not refresh in a loop, however short-lived what it gets is', async () => {
    const world = createWorld({ accessTokenLife: 2000 });
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1);
    for (let count = 0; count < 600; count += 1) {
      tab.signal('pointerdown');
      await time.advance(100);
    }
    expect(server.countOf('POST /token')).toBeLessThan(62);
  });

  it('ends the session on a definite refusal, in every tab', async () => {
    const world = createWorld();
    const { time, server } = world;
    const tabs = await signedInTabs(world, 3);
    server.revoke('sid-00000001');
    await time.advance(16 * minute);
    void tabs[0].client.refresh();
    await time.advance(1000);
    for (const { client } of tabs) expect(client.state).toMatchObject({ status: 'signed-out', reason: 'ended' });
    expect(server.countOf('POST /token')).toBe(1);
    expect(tabs[1]?.client.history.at(-1)).toMatchObject({ what: 'left', detail: 'ended' });
  });

  it.each(['cookie', 'body'] as const)(
    'survives a thousand refreshes with a tenth of the responses lost, delivered in the %s',
    async (delivery) => {
      const world = createWorld();
      const { time, browser, server } = world;
      const [tab] = await signedInTabs(world, 1, { delivery });
      const random = createRandom(7);
      browser.fault = (path) => (path === '/token' && random() < 0.1 ? { kind: 'lose-response' } : undefined);
      for (let count = 0; count < 1000; count += 1) {
        await time.advance(40_000);
        expect(await time.until(tab.client.refresh())).toEqual({ kind: 'refreshed' });
      }
      expect((await time.until(tab.client.fetch(account))).status).toBe(200);
      expect(server.countOf('POST /token')).toBeGreaterThan(1050);
    },
  );
});
