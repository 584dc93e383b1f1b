/**
 * Signing out shows everywhere, and nothing that was under way brings the session back.
 */
import { describe, expect, it } from 'vitest';
import { createWorld, signedInTabs } from './world/create-world.ts';

const minute = 60_000;
const account = 'https://bank.example/account';

describe('signing out', () => {
  it('shows in every tab, and ends the session on the server', async () => {
    const world = createWorld();
    const { time, server, browser } = world;
    const tabs = await signedInTabs(world, 3);
    await time.until(tabs[0].client.signOut());
    await time.advance(100);
    for (const { client } of tabs) expect(client.state).toMatchObject({ status: 'signed-out', reason: 'signed_out' });
    expect(server.sessions.get('sid-00000001')?.revokedAt).not.toBeNull();
    expect(browser.cookies.size).toBe(0);
    expect([...browser.stored.values()].join()).not.toContain('alice');
  });

  it('shows at once, however long the server takes', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    browser.fault = () => ({ kind: 'delay', milliseconds: 8000 });
    void tab.client.signOut();
    await time.advance(0);
    expect(tab.client.state.status).toBe('signed-out');
  });

  it('is told again where the server did not hear it', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    let lost = 0;
    browser.fault = () => {
      lost += 1;
      return lost < 3 ? { kind: 'lose-request' } : undefined;
    };
    await time.until(tab.client.signOut());
    expect(server.sessions.get('sid-00000001')?.revokedAt).not.toBeNull();
  });

  it.each(['cookie', 'body'] as const)(
    'is not undone by a refresh that was under way, with delivery in the %s',
    async (delivery) => {
      const world = createWorld();
      const { time, browser } = world;
      const storage = browser.storage();
      const tabs = await signedInTabs(world, 2, { delivery, storage });
      await time.advance(16 * minute);
      browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 3000 } : undefined);
      const refreshing = tabs.map(({ client }) => client.refresh());
      await time.advance(500);
      await time.until(tabs[0].client.signOut());
      await time.until(Promise.all(refreshing));
      await time.advance(minute);
      for (const tab of tabs) {
        tab.signal('focus');
        await time.advance(100);
        expect(tab.client.state).toMatchObject({ status: 'signed-out', reason: 'signed_out' });
        expect(await tab.client.accessToken()).toBeUndefined();
      }
      expect([...browser.stored.values()].join()).not.toContain('sid-00000001.');
    },
  );

  it('leaves no trouble behind for whoever signs in next, where a refresh was under way', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(16 * minute);
    browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 3000 } : undefined);
    const refreshing = tab.client.refresh();
    await time.advance(500);
    await time.until(tab.client.signOut());
    expect(await time.until(refreshing)).toEqual({ kind: 'signed-out' });
    browser.fault = () => undefined;
    await time.until(tab.client.signIn({ username: 'bob', password: 'secret' }));
    expect(tab.client.state).toMatchObject({ status: 'signed-in', connection: 'ok' });
  });

  it('shows in a tab that was frozen as soon as it is shown again, even where it heard nothing', async () => {
    const world = createWorld({ without: ['channels'] });
    const { time } = world;
    const [one] = await signedInTabs(world, 1);
    const two = world.browser.openTab();
    await time.until(two.client.start());
    expect(two.client.state.status).toBe('signed-in');
    two.freeze();
    await time.until(one.client.signOut());
    two.thaw();
    await time.advance(0);
    expect(two.client.state).toMatchObject({ status: 'signed-out', reason: 'signed_out' });
  });

  it('leaves nothing for the next page load', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.until(tab.client.signOut());
    tab.close();
    const next = browser.openTab();
    await time.until(next.client.start());
    expect(next.client.state.status).toBe('signed-out');
    expect(world.server.countOf('POST /token')).toBe(0);
  });

  it('everywhere removes the other devices first', async () => {
    const world = createWorld();
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1);
    expect((await time.until(tab.client.signOutEverywhere())).ok).toBe(true);
    expect(server.arrivals.slice(-2)).toEqual(['DELETE /devices', 'POST /logout']);
    expect(tab.client.state.status).toBe('signed-out');
  });

  it('everywhere does nothing where the other devices cannot be removed', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    browser.fault = (path) => (path === '/devices' ? { kind: 'lose-request' } : undefined);
    await expect(time.until(tab.client.signOutEverywhere())).rejects.toBeInstanceOf(TypeError);
    expect(tab.client.state.status).toBe('signed-in');
  });
});

describe('signing in', () => {
  it('tells what the server refuses', async () => {
    const world = createWorld();
    const { client } = world.browser.openTab();
    const result = await world.time.until(client.signIn({ username: 'alice', password: 'wrong' }));
    expect(result).toEqual({ ok: false, error: 'invalid_credentials', description: 'invalid_credentials' });
    expect(client.state.status).toBe('signed-out');
  });

  it('tells when to try again', async () => {
    const world = createWorld();
    world.browser.fault = () => ({ kind: 'refuse', status: 429, retryAfter: 30 });
    const { client } = world.browser.openTab();
    const result = await world.time.until(client.signIn({ username: 'alice', password: 'secret' }));
    expect(result).toMatchObject({ ok: false, retryAfterSeconds: 30 });
  });

  it('brings every tab into the new session, and none back into the old one', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const tabs = await signedInTabs(world, 3);
    await time.advance(16 * minute);
    browser.fault = (path) => (path === '/token' ? { kind: 'delay', milliseconds: 4000 } : undefined);
    for (const { client } of tabs) void client.refresh();
    await time.advance(200);
    await time.until(tabs[1]?.client.signIn({ username: 'bob', password: 'secret' }) ?? Promise.reject());
    await time.advance(10_000);
    for (const { client } of tabs) expect(client.state).toMatchObject({ status: 'signed-in', subject: 'user-bob' });
  });

  it('is undone by a sign-out that came after it', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    browser.fault = (path) => (path === '/login' ? { kind: 'delay', milliseconds: 4000 } : undefined);
    const signingIn = tab.client.signIn({ username: 'bob', password: 'secret' });
    await time.advance(100);
    await time.until(tab.client.signOut());
    expect(await time.until(signingIn)).toMatchObject({ ok: false, error: 'superseded' });
    await time.advance(1000);
    expect(tab.client.state.status).toBe('signed-out');
    expect([...server.sessions.values()].every(({ revokedAt }) => revokedAt !== null)).toBe(true);
  });
});

describe('the next page load', () => {
  it.each(['cookie', 'body'] as const)('resumes the session, with delivery in the %s', async (delivery) => {
    const world = createWorld();
    const { time, browser } = world;
    const storage = browser.storage();
    const [tab] = await signedInTabs(world, 1, { delivery, storage });
    tab.close();
    await time.advance(60 * minute);
    const next = browser.openTab({ delivery, storage });
    expect(next.client.state).toEqual({ status: 'starting' });
    await time.until(next.client.start());
    expect(next.client.state).toMatchObject({ status: 'signed-in', subject: 'user-alice' });
    expect((await time.until(next.client.fetch(account))).status).toBe(200);
  });

  it('starts once, however often it is asked to', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    tab.close();
    const { client } = browser.openTab();
    await time.until(Promise.all([client.start(), client.start(), client.fetch(account)]));
    expect(server.countOf('POST /token')).toBe(1);
  });

  it('knows who was signed in while the server cannot be reached', async () => {
    const world = createWorld();
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    tab.close();
    browser.fault = () => ({ kind: 'lose-request' });
    const { client } = browser.openTab();
    await time.until(client.start());
    expect(client.state).toMatchObject({ status: 'signed-in', subject: 'user-alice', connection: 'unreachable' });
    browser.fault = () => undefined;
    await time.advance(minute);
    expect(client.state).toMatchObject({ status: 'signed-in', connection: 'ok' });
  });

  it('says that the session has timed out', async () => {
    const world = createWorld({ policy: { inactivityTimeout: 10 * minute } });
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1);
    tab.close();
    browser.wallOffset = 10_000_000_000;
    await time.advance(20 * minute);
    const { client } = browser.openTab();
    await time.until(client.start());
    expect(client.state).toMatchObject({ status: 'signed-out', reason: 'timed_out' });
  });

  it('says still why the session ended', async () => {
    const world = createWorld();
    const { time, browser, server } = world;
    const [tab] = await signedInTabs(world, 1);
    server.revoke('sid-00000001');
    await time.until(tab.client.refresh());
    tab.close();
    const { client } = browser.openTab();
    await time.until(client.start());
    expect(client.state).toMatchObject({ status: 'signed-out', reason: 'ended' });
  });
});
