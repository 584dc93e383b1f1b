/**
 * Requests reach whom they are meant for, for whom they were made, and survive the end of their session.
 */
import { describe, expect, it } from 'vitest';
import { SessionEndedError } from '../../src/client/index.ts';
import { createWorld, signedInTabs, type World } from './world/create-world.ts';
import type { FakeTab } from './world/fake-browser.ts';

const minute = 60_000;
const account = 'https://bank.example/account';
const transfers = 'https://bank.example/transfers';

/** A tab whose session the server has ended. */
async function tabWithoutSession(world: World, count = 1): Promise<readonly [FakeTab, ...FakeTab[]]> {
  const tabs = await signedInTabs(world, count);
  world.server.revoke('sid-00000001');
  await world.time.advance(16 * minute);
  return tabs;
}

function signIn({ time }: World, { client }: FakeTab, username: string): Promise<unknown> {
  return time.until(client.signIn({ username, password: 'secret' }));
}

describe('the access token', () => {
  it.each(['https://other.example/account', 'http://bank.example/account', 'https://bank.example.evil/account'])(
    'is not sent to %s',
    async (url) => {
      const world = createWorld();
      const [tab] = await signedInTabs(world, 1);
      const sent: Request[] = [];
      const other = world.browser.openTab({
        fetch: (input, init) => {
          sent.push(new Request(input, init));
          return Promise.resolve(new Response());
        },
      });
      await world.time.until(other.client.start());
      expect(tab.client.state.status).toBe('signed-in');
      expect(other.client.state.status).toBe('signed-in');
      await other.client.fetch(url);
      expect(sent[0]?.headers.has('Authorization')).toBe(false);
      await other.client.fetch(account);
      expect(sent[1]?.headers.get('Authorization')).toMatch(/^Bearer /);
    },
  );

  it('does not take the place of credentials that the caller chose', async () => {
    const world = createWorld();
    const [tab] = await signedInTabs(world, 1);
    const init = { headers: { Authorization: 'Basic eDp5' } };
    expect(
      (await world.time.until(tab.client.fetch(account, init).catch(() => new Response(null, { status: 500 })))).status,
    ).not.toBe(200);
  });

  it('is nowhere in storage', async () => {
    const world = createWorld();
    const [tab] = await signedInTabs(world, 1);
    const token = await world.time.until(tab.client.accessToken());
    expect(token).toBeDefined();
    expect([...world.browser.stored.values()].join()).not.toContain(token);
    expect([...world.browser.stored.values()].join()).not.toContain('sid-00000001.0');
  });
});

describe('requests of a session that has ended', () => {
  it('wait, and are made once when the same user is back', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [tab] = await tabWithoutSession(world);
    const read = tab.client.fetch(`${account}?mark=read`);
    const init = { method: 'POST', body: '{"amount":5}', headers: { 'Idempotency-Key': 'k1' } };
    const transfer = tab.client.fetch(transfers, init);
    await time.advance(1000);
    expect(tab.client.state).toMatchObject({ status: 'signed-out', waiting: [{ method: 'GET' }, { method: 'POST' }] });
    await signIn(world, tab, 'alice');
    const responses = await time.until(Promise.all([read, transfer]));
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    expect(server.transfers).toEqual([{ subject: 'user-alice', key: 'k1', body: '{"amount":5}' }]);
    expect(tab.client.state).toMatchObject({ status: 'signed-in', waiting: [] });
  });

  it('wait for a choice where they change something and have no key', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [tab] = await tabWithoutSession(world);
    const kept = tab.client.fetch(transfers, { method: 'POST', body: 'kept' });
    const dropped = tab.client.fetch(transfers, { method: 'POST', body: 'dropped' });
    dropped.catch(() => undefined);
    await time.advance(1000);
    expect(tab.client.state).toMatchObject({ waiting: [{ needsChoice: false }, { needsChoice: false }] });
    if (tab.client.state.status === 'signed-out') tab.client.state.waiting[0]?.repeat();
    await time.advance(1000);
    expect(tab.client.state).toMatchObject({ waiting: [{ method: 'POST' }, { method: 'POST' }] });
    await signIn(world, tab, 'alice');
    expect(server.transfers).toEqual([]);
    const { state } = tab.client;
    if (state.status !== 'signed-in') throw new Error(state.status);
    expect(state.waiting.map(({ needsChoice }) => needsChoice)).toEqual([true, true]);
    // The one that was sent too early waits behind the other now.
    state.waiting[0]?.drop();
    state.waiting[1]?.repeat();
    expect((await time.until(kept)).status).toBe(200);
    await expect(dropped).rejects.toBeInstanceOf(SessionEndedError);
    expect(server.transfers).toMatchObject([{ body: 'kept' }]);
  });

  it('are given up, and not made, when another user signs in', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [tab] = await tabWithoutSession(world);
    const init = { method: 'POST', body: 'of alice', headers: { 'Idempotency-Key': 'k1' } };
    const transfer = tab.client.fetch(transfers, init);
    transfer.catch(() => undefined);
    await time.advance(1000);
    await signIn(world, tab, 'bob');
    await expect(transfer).rejects.toBeInstanceOf(SessionEndedError);
    expect(server.transfers).toEqual([]);
    expect(tab.client.state).toMatchObject({ subject: 'user-bob', waiting: [] });
  });

  it('are not shown to another user, not for a moment', async () => {
    const world = createWorld();
    const { time } = world;
    const [tab] = await tabWithoutSession(world);
    tab.client.fetch(account).catch(() => undefined);
    await time.advance(1000);
    const shown: number[] = [];
    tab.client.subscribe(() => {
      const { state } = tab.client;
      if (state.status === 'signed-in') shown.push(state.waiting.length);
    });
    await signIn(world, tab, 'bob');
    await time.advance(1000);
    expect(new Set(shown)).toEqual(new Set([0]));
  });

  it('are not made as somebody else who signs in at the moment when they are repeated', async () => {
    const world = createWorld();
    const { time, server, browser } = world;
    const [tab] = await tabWithoutSession(world);
    const transfer = tab.client.fetch(transfers, { method: 'POST', body: 'of alice' });
    transfer.catch(() => undefined);
    await time.advance(1000);
    browser.fault = (path) => (path === '/login' ? { kind: 'slow', milliseconds: 500 } : undefined);
    const signingIn = tab.client.signIn({ username: 'bob', password: 'secret' });
    // Choosing while nobody is signed in only makes it look again.
    const unsubscribe = tab.client.subscribe(() => {
      if (tab.client.state.status !== 'starting') tab.client.state.waiting[0]?.repeat();
    });
    await time.until(signingIn);
    await time.advance(1000);
    unsubscribe();
    await expect(transfer).rejects.toBeInstanceOf(SessionEndedError);
    expect(server.transfers).toEqual([]);
  });

  it('are not made as another user whose sign-in is heard of as they are repeated', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [one, two] = await tabWithoutSession(world, 2);
    const transfer = one.client.fetch(transfers, { method: 'POST', body: 'of alice' });
    transfer.catch(() => undefined);
    await time.advance(1000);
    one.freeze();
    if (two) await signIn(world, two, 'bob');
    await time.advance(1000);
    if (one.client.state.status === 'signed-out') one.client.state.waiting[0]?.repeat();
    one.thaw();
    await time.advance(1000);
    expect(one.client.state).toMatchObject({ status: 'signed-in', subject: 'user-bob', waiting: [] });
    await expect(transfer).rejects.toBeInstanceOf(SessionEndedError);
    expect(server.transfers).toEqual([]);
  });

  it('go on when the same user signs in in another tab', async () => {
    const world = createWorld();
    const { time } = world;
    const [one, two] = await tabWithoutSession(world, 2);
    const read = one.client.fetch(account);
    await time.advance(1000);
    if (two) await signIn(world, two, 'alice');
    expect((await time.until(read)).status).toBe(200);
  });

  it('are given up when somebody signs out', async () => {
    const world = createWorld();
    const { time } = world;
    const [one, two] = await tabWithoutSession(world, 2);
    const read = one.client.fetch(account);
    read.catch(() => undefined);
    await time.advance(1000);
    if (two) await time.until(two.client.signOut());
    await time.advance(1000);
    await expect(read).rejects.toBeInstanceOf(SessionEndedError);
    expect(one.client.state).toMatchObject({ status: 'signed-out', reason: 'signed_out', waiting: [] });
  });

  it('stop waiting when their signal says so', async () => {
    const world = createWorld();
    const { time } = world;
    const [tab] = await tabWithoutSession(world);
    const giveUp = new AbortController();
    const read = tab.client.fetch(account, { signal: giveUp.signal });
    read.catch(() => undefined);
    await time.advance(1000);
    giveUp.abort(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
    expect(tab.client.state).toMatchObject({ waiting: [] });
  });

  it('are answered at once where the client does not park', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1, { park: false });
    await time.advance(minute);
    server.revoke('sid-00000001');
    expect((await time.until(tab.client.fetch(account))).status).toBe(401);
    await expect(time.until(tab.client.fetch(account))).rejects.toBeInstanceOf(SessionEndedError);
  });
});

describe('a request under way', () => {
  it.each(['bob', undefined])('is not answered to %s', async (next) => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    browser.fault = (path) => (path === '/account' ? { kind: 'slow', milliseconds: 3000 } : undefined);
    const read = tab.client.fetch(account);
    read.catch(() => undefined);
    await time.advance(500);
    expect(server.served).toHaveLength(1);
    await (next === undefined ? time.until(tab.client.signOut()) : signIn(world, tab, next));
    await time.advance(5000);
    await expect(read).rejects.toBeInstanceOf(SessionEndedError);
  });

  it('is answered to its user, though the session has ended meanwhile', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    browser.fault = (path) => (path === '/account' ? { kind: 'slow', milliseconds: 3000 } : undefined);
    const read = tab.client.fetch(account);
    await time.advance(500);
    server.revoke('sid-00000001');
    await time.until(tab.client.refresh());
    expect(tab.client.state.status).toBe('signed-out');
    expect((await time.until(read)).status).toBe(200);
  });

  it('is not repeated as somebody else', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 3000 } : undefined);
    const init = { method: 'POST', body: 'of alice', headers: { 'Idempotency-Key': 'k1' } };
    const transfer = tab.client.fetch(transfers, init);
    transfer.catch(() => undefined);
    await time.advance(100);
    await signIn(world, tab, 'bob');
    await time.advance(5000);
    await expect(transfer).rejects.toBeInstanceOf(SessionEndedError);
    expect(server.transfers).toEqual([]);
  });

  it('goes on in the new session of the same user', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 3000 } : undefined);
    const read = tab.client.fetch(`${account}?mark=m`);
    await time.advance(100);
    await signIn(world, tab, 'alice');
    expect((await time.until(read)).status).toBe(200);
    expect(server.served).toEqual([{ mark: 'm', subject: 'user-alice' }]);
  });

  it('waits for a choice in the new session of the same user where it changes something', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 3000 } : undefined);
    const transfer = tab.client.fetch(transfers, { method: 'POST', body: 'of the old session' });
    await time.advance(100);
    await signIn(world, tab, 'alice');
    await time.advance(5000);
    expect(server.transfers).toEqual([]);
    const { state } = tab.client;
    if (state.status !== 'signed-in') throw new Error(state.status);
    expect(state.waiting).toMatchObject([{ method: 'POST', needsChoice: true }]);
    state.waiting[0]?.repeat();
    expect((await time.until(transfer)).status).toBe(200);
    expect(server.transfers).toMatchObject([{ body: 'of the old session' }]);
  });
});

describe('a `fetch` of the user', () => {
  it('is called as a function, as browsers demand of theirs', async () => {
    const { browser, time } = createWorld();
    const callers: unknown[] = [];
    async function send(this: unknown): Promise<Response> {
      callers.push(this);
      return new Response(null, { status: 503 });
    }
    const { client } = browser.openTab({ fetch: send });
    await time.until(client.fetch(account));
    await time.until(client.signIn({ username: 'alice', password: 'secret' }));
    expect(callers).toEqual([undefined, undefined]);
  });
});

describe('an endpoint that a server does not have', () => {
  it('such as the device list of stateless sessions is no end of a session', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    browser.fault = (path) => (path === '/devices' ? { kind: 'refuse', status: 501 } : undefined);
    expect((await time.until(tab.client.fetch('https://bank.example/devices'))).status).toBe(501);
    expect((await time.until(tab.client.signOutEverywhere())).status).toBe(501);
    expect(tab.client.state.status).toBe('signed-in');
  });
});

describe('without a session', () => {
  it('a request goes out as it is', async () => {
    const world = createWorld();
    const tab = world.browser.openTab();
    expect((await world.time.until(tab.client.fetch(account))).status).toBe(401);
  });
});
