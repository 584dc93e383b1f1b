/**
 * Sleeping machines, frozen tabs and wrong clocks: nobody is signed out early, nothing stale is sent twice, nothing loops.
 */
import { describe, expect, it } from 'vitest';
import { createWorld, signedInTabs } from './world/create-world.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const account = 'https://bank.example/account';

describe('time', () => {
  it.each([-6 * hour, 6 * hour])(
    'does not matter where the wall clock is off by %i ms from the start',
    async (offset) => {
      const world = createWorld();
      const { time, server, browser } = world;
      browser.wallOffset = offset;
      const [tab] = await signedInTabs(world, 1);
      await time.advance(10 * minute);
      expect((await time.until(tab.client.fetch(account))).status).toBe(200);
      expect(server.countOf('POST /token')).toBe(0);
      expect(tab.client.times().accessTokenRemainingMs).toBeGreaterThan(4 * minute);
    },
  );

  it.each([-6 * hour, 6 * hour, 400 * day])(
    'leads to one refresh at most where the clock jumps by %i ms',
    async (jump) => {
      const world = createWorld();
      const { time, server, browser } = world;
      const [tab] = await signedInTabs(world, 1);
      browser.wallOffset = jump;
      for (let count = 0; count < 5; count += 1) {
        tab.signal('focus');
        expect((await time.until(tab.client.fetch(account))).status).toBe(200);
        await time.advance(1000);
      }
      expect(server.countOf('POST /token')).toBe(jump > 0 ? 1 : 0);
      expect(tab.client.state.status).toBe('signed-in');
    },
  );

  it('keeps the session where the clock jumps past its end while the server cannot be reached', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    browser.wallOffset = 400 * day;
    const offline = browser.goOffline(5 * minute);
    tab.signal('focus');
    await offline;
    expect(tab.client.state.status).toBe('signed-in');
    await time.advance(minute);
    expect(tab.client.state).toMatchObject({ status: 'signed-in', connection: 'ok' });
  });

  it('knows after a sleep that the access token may be over, and sends no stale one', async () => {
    const world = createWorld();
    const { time, server, browser } = world;
    const tabs = await signedInTabs(world, 3);
    await browser.sleep(8 * hour);
    const responses = await time.until(Promise.all(tabs.map(({ client }) => client.fetch(account))));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(server.countOf('GET /account')).toBe(3);
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('says no deadline after a sleep rather than one that has passed', async () => {
    const world = createWorld();
    const { time, server, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await browser.sleep(8 * hour);
    await time.until(tab.client.refresh());
    expect(server.outcomes).toEqual(['rotate']);
    expect(tab.client.history.map(({ what }) => what)).not.toContain('unavailable');
  });

  it('times out after a sleep past the end, when the server says so', async () => {
    const world = createWorld({ policy: { inactivityTimeout: hour } });
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await browser.sleep(2 * hour);
    await time.advance(1000);
    expect(tab.client.state).toMatchObject({ status: 'signed-out', reason: 'timed_out' });
  });

  it('knows lifetimes beyond the longest timer', async () => {
    const world = createWorld({ accessTokenLife: 100 * day, policy: { inactivityTimeout: 200 * day } });
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(26 * day);
    tab.signal('pointerdown');
    expect(server.countOf('POST /token')).toBe(0);
    await time.advance(50 * day);
    tab.signal('pointerdown');
    await time.advance(minute);
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('does not count from an answer that a frozen tab found late', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 1000 } : undefined);
    const request = tab.client.fetch(account);
    await time.advance(500);
    tab.freeze();
    await time.advance(14 * minute);
    browser.fault = () => undefined;
    tab.thaw();
    expect((await time.until(request)).status).toBe(200);
    expect(tab.client.times().accessTokenRemainingMs).toBeGreaterThan(14 * minute);
  });

  it('tells a frozen tab how old what it hears is', async () => {
    const world = createWorld();
    const { time } = world;
    const [one, two] = await signedInTabs(world, 2);
    two?.freeze();
    await time.advance(16 * minute);
    await time.until(one.client.refresh());
    await time.advance(10 * minute);
    two?.thaw();
    await time.advance(100);
    expect(two?.client.times().accessTokenRemainingMs).toBeLessThan(5 * minute + 1000);
    expect(two?.client.times().accessTokenRemainingMs).toBeGreaterThan(4 * minute);
  });

  it('counts down to the ends that the server told', async () => {
    const world = createWorld({ policy: { inactivityTimeout: hour, absoluteLifetime: null } });
    const [tab] = await signedInTabs(world, 1);
    await world.time.advance(10 * minute);
    const times = tab.client.times();
    expect(times.refreshTokenRemainingMs).toBeGreaterThan(49 * minute);
    expect(times.refreshTokenRemainingMs).toBeLessThan(50 * minute);
    expect(times.sessionRemainingMs).toBeUndefined();
  });
});
