/**
 * One refresh for any number of requests and tabs, whatever the browser lacks and the network loses.
 */
import { describe, expect, it } from 'vitest';
import { createWorld, signedInTabs } from './world/create-world.ts';
import type { FakeTab } from './world/fake-browser.ts';

const minute = 60_000;
const account = 'https://bank.example/account';

function askFor(tabs: readonly FakeTab[], perTab: number): Promise<Response[]> {
  const requests = tabs.flatMap(({ client }, tab) =>
    Array.from({ length: perTab }, (_, index) => client.fetch(`${account}?mark=${tab}-${index}`)),
  );
  return Promise.all(requests);
}

describe('refreshing in many tabs', () => {
  it('makes one refresh for a hundred requests of ten tabs on an expired token, and answers each', async () => {
    const world = createWorld();
    const { time, server } = world;
    const tabs = await signedInTabs(world, 10);
    await time.advance(16 * minute);
    const responses = await time.until(askFor(tabs, 10));
    expect(responses.map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(server.countOf('POST /token')).toBe(1);
    expect(server.served).toHaveLength(100);
    expect(new Set(server.served.map(({ mark }) => mark)).size).toBe(100);
  });

  it('makes one refresh on a machine so busy that tabs take half a second to hear of each other', async () => {
    const world = createWorld();
    const { time, server, browser } = world;
    const tabs = await signedInTabs(world, 10);
    await time.advance(16 * minute);
    browser.messageDelay = 480;
    const responses = await time.until(askFor(tabs, 3));
    expect(responses.every(({ ok }) => ok)).toBe(true);
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('waits for a tab that does not answer once, and for one that does no longer than it takes', async () => {
    const world = createWorld();
    const { time } = world;
    const [tab, , frozen] = await signedInTabs(world, 3);
    const refreshing = async (): Promise<number> => {
      await time.advance(16 * minute);
      const before = time.now;
      await time.until(tab.client.fetch(account));
      return time.now - before;
    };
    expect(await refreshing()).toBeLessThan(200);
    frozen?.freeze();
    expect(await refreshing()).toBeGreaterThan(1000);
    expect(await refreshing()).toBeLessThan(200);
    frozen?.thaw();
    expect(await refreshing()).toBeLessThan(200);
  });

  it('makes one refresh where storage is denied', async () => {
    const world = createWorld({ without: ['storage'] });
    const tabs = await signedInTabs(world, 10);
    await world.time.advance(16 * minute);
    const responses = await world.time.until(askFor(tabs, 3));
    expect(responses.every(({ ok }) => ok)).toBe(true);
    expect(world.server.countOf('POST /token')).toBe(1);
  });

  it.each([[['locks']], [['locks', 'channels']], [['locks', 'channels', 'storage']], [['channels']]] as const)(
    'answers every request without %j, and the session lives on',
    async (without) => {
      const world = createWorld({ without });
      const { time, server, browser } = world;
      const [first] = await signedInTabs(world, 1);
      const others = without.includes('storage' as never) ? [] : Array.from({ length: 4 }, () => browser.openTab());
      await time.until(Promise.all(others.map(({ client }) => client.start())));
      const tabs = [first, ...others];
      for (let round = 0; round < 20; round += 1) {
        await time.advance(16 * minute);
        const responses = await time.until(askFor(tabs, 3));
        expect(responses.every(({ ok }) => ok)).toBe(true);
      }
      expect(server.outcomes).not.toContain('replayed');
      expect(tabs.map(({ client }) => client.state.status)).toEqual(tabs.map(() => 'signed-in'));
    },
  );

  it('goes on when the tab that was refreshing is closed in the middle', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [leader, ...others] = await signedInTabs(world, 10);
    await time.advance(16 * minute);
    browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 3000 } : undefined);
    void leader.client.fetch(account).catch(() => undefined);
    await time.advance(1000);
    const responses = askFor(others, 3);
    await time.advance(500);
    browser.fault = () => undefined;
    leader.close();
    expect((await time.until(responses)).every(({ ok }) => ok)).toBe(true);
    expect(world.server.outcomes).not.toContain('replayed');
  });

  it('does not wait for a frozen tab that holds the lock for longer than an exchange, and a second for its answer', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [leader, other] = await signedInTabs(world, 2);
    await time.advance(16 * minute);
    browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 3000 } : undefined);
    void leader.client.fetch(account).catch(() => undefined);
    await time.advance(1000);
    leader.freeze();
    browser.fault = () => undefined;
    const before = time.now;
    expect((await time.until(other?.client.fetch(account) ?? Promise.reject())).status).toBe(200);
    expect(time.now - before).toBeLessThan(11_200);
  });

  it('does not let a storage that never answers keep the lock from the other tabs', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    const storage = { ...browser.storage() };
    const stuck = browser.openTab({ storage });
    await time.until(stuck.client.start());
    storage.getItem = () => new Promise<never>(() => undefined);
    await time.advance(16 * minute);
    void stuck.client.fetch(account).catch(() => undefined);
    await time.advance(12_000);
    const before = time.now;
    expect((await time.until(tab.client.fetch(account))).status).toBe(200);
    expect(time.now - before).toBeLessThan(2000);
  });

  it('shows a new tab what the others hold, without a request', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [first] = await signedInTabs(world, 1);
    const second = browser.openTab();
    await time.until(second.client.start());
    expect(await second.client.accessToken()).toBe(await first.client.accessToken());
    expect(server.countOf('POST /token')).toBe(0);
  });

  it('shares nothing with a client of another id', async () => {
    const world = createWorld();
    const { time, browser } = world;
    await signedInTabs(world, 1);
    const other = browser.openTab({ clientId: 'other' });
    await time.until(other.client.start());
    expect(other.client.state.status).toBe('signed-out');
  });
});

describe('refreshing ahead', () => {
  it('refreshes between one and two thirds of the life where the user is active', async () => {
    const ages: number[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      const world = createWorld({ seed });
      const { time, server } = world;
      const [tab] = await signedInTabs(world, 1);
      const signedInAt = time.now;
      while (server.countOf('POST /token') === 0 && time.now < 20 * minute) {
        tab.signal('pointerdown');
        await time.advance(5000);
      }
      ages.push(time.now - signedInAt);
    }
    expect(Math.min(...ages)).toBeGreaterThan(4.9 * minute);
    expect(Math.max(...ages)).toBeLessThan(10.2 * minute);
    expect(Math.max(...ages) - Math.min(...ages)).toBeGreaterThan(2 * minute);
  });

  it('does not refresh ahead without activity since the last refresh', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1);
    tab.signal('focus');
    await time.advance(14 * minute);
    tab.signal('online');
    await time.advance(minute);
    expect(server.countOf('POST /token')).toBe(0);
  });

  it('refreshes as soon as the user comes back after the moment has passed', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(12 * minute);
    tab.signal('pointerdown');
    await time.advance(1000);
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('does not hold a request up for it', async () => {
    const world = createWorld();
    const { time, server, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(12 * minute);
    browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 5000 } : undefined);
    tab.signal('pointerdown');
    const before = time.now;
    await time.until(tab.client.fetch(account));
    expect(time.now - before).toBeLessThan(200);
    await time.advance(6000);
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('does not refresh ever faster before the absolute end', async () => {
    const world = createWorld({ policy: { absoluteLifetime: 60 * minute, inactivityTimeout: null } });
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1);
    while (tab.client.state.status === 'signed-in' && time.now < 120 * minute) {
      tab.signal('pointerdown');
      await time.advance(1000);
    }
    expect(server.countOf('POST /token')).toBeLessThan(14);
    expect(tab.client.state).toMatchObject({ status: 'signed-out', reason: 'timed_out' });
  });
});

describe('a 401', () => {
  it('leads to a refresh and one repetition with the body intact', async () => {
    const world = createWorld();
    const { time, server, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(minute);
    let refused = 0;
    browser.fault = (path) => {
      if (path !== '/transfers' || refused > 0) return undefined;
      refused += 1;
      return { kind: 'refuse', status: 401 };
    };
    const body = new Blob(['{"to":"bob"}']).stream();
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const response = await time.until(tab.client.fetch('https://bank.example/transfers', init));
    expect(response.status).toBe(200);
    expect(server.transfers).toMatchObject([{ body: '{"to":"bob"}' }]);
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('is handed over where another token was refused as well', async () => {
    const world = createWorld();
    const { time, server, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(minute);
    browser.fault = (path) => (path === '/account' ? { kind: 'refuse', status: 401 } : undefined);
    for (let count = 0; count < 5; count += 1) {
      expect((await time.until(tab.client.fetch(account))).status).toBe(401);
    }
    expect(server.countOf('POST /token')).toBe(1);
    expect(tab.client.state.status).toBe('signed-in');
  });

  it('does not refresh a token that is seconds old', async () => {
    const world = createWorld();
    const { time, server, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    browser.fault = (path) => (path === '/account' ? { kind: 'refuse', status: 401 } : undefined);
    expect((await time.until(tab.client.fetch(account))).status).toBe(401);
    expect(server.countOf('POST /token')).toBe(0);
  });

  it.each([
    'Bearer error="insufficient_user_authentication", max_age=600',
    'Bearer realm="https://bank.example", error="invalid_credentials"',
    'DPoP error="use_dpop_nonce"',
  ])('whose challenge names another fault than the token is handed over as it is: %s', async (challenge) => {
    const world = createWorld();
    const { time, server } = world;
    const asked: string[] = [];
    const [tab] = await signedInTabs(world, 1);
    const other = world.browser.openTab({
      fetch: async (input, init) => {
        asked.push(new Request(input, init).url);
        return new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } });
      },
    });
    await time.until(other.client.start());
    await time.advance(minute);
    expect(tab.client.state.status).toBe('signed-in');
    expect((await time.until(other.client.fetch('https://bank.example/password'))).status).toBe(401);
    expect(asked).toEqual(['https://bank.example/password']);
    expect(server.countOf('POST /token')).toBe(0);
  });

  it.each(['Bearer error="invalid_token"', 'Bearer realm="https://bank.example"'])(
    'whose challenge is %s leads to a refresh',
    async (challenge) => {
      const world = createWorld();
      const { time } = world;
      await signedInTabs(world, 1);
      const asked: string[] = [];
      const { client } = world.browser.openTab({
        fetch: async (input, init) => {
          asked.push(new URL(new Request(input, init).url).pathname);
          return new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } });
        },
      });
      await time.until(client.start());
      await time.advance(minute);
      const request = client.fetch(account);
      request.catch(() => undefined);
      await time.advance(1000);
      expect(asked.slice(0, 2)).toEqual(['/account', '/token']);
    },
  );
});

describe('a background request', () => {
  it('causes no refresh unless the user was active since the last one', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    expect((await time.until(tab.client.fetch(account, { background: true }))).status).toBe(401);
    expect(server.countOf('POST /token')).toBe(0);
    tab.signal('pointerdown');
    expect((await time.until(tab.client.fetch(account, { background: true }))).status).toBe(200);
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('for the token alone is no different, and gives none that has expired', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1);
    const token = await time.until(tab.client.accessToken());
    expect(await time.until(tab.client.accessToken({ background: true }))).toBe(token);
    await time.advance(16 * minute);
    expect(await time.until(tab.client.accessToken({ background: true }))).toBeUndefined();
    expect(server.countOf('POST /token')).toBe(0);
    tab.signal('pointerdown');
    expect(await time.until(tab.client.accessToken({ background: true }))).not.toBe(token);
    expect(server.countOf('POST /token')).toBe(1);
  });
});
