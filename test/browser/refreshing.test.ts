/**
 * One refresh for any number of tabs and requests, whatever the network, the laptop and its clock do. In each story nobody is signed
 * out, and each request is answered once.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../client/world/random.ts';
import type { Fault } from './fault-proxy.ts';
import { openBank, type TestBank } from './open-bank.ts';
import { askBank, openChromium, openDevice, signInLab, statusOf, type TestDevice } from './open-chromium.ts';
import { refreshWithLosses } from './refresh-with-losses.ts';

const expired = 16 * 60;
const hour = 3_600;

describe('refreshing in Chromium', () => {
  let bank: TestBank;
  let browser: Browser;
  let device: TestDevice;

  beforeAll(async () => {
    [bank, browser] = await Promise.all([openBank(), openChromium()]);
  });

  afterEach(async () => {
    bank.proxy.fault = () => undefined;
    await device?.context.close();
  });

  afterAll(async () => {
    await browser?.close();
    await bank?.close();
  });

  /** Tabs of one device, signed in, whose access token has just expired. */
  async function openExpiredTabs(count: number, query?: string): Promise<readonly [Page, ...Page[]]> {
    device = await openDevice(browser, bank);
    const first = await device.openLab(query);
    await signInLab(first);
    const others = await Promise.all(Array.from({ length: count - 1 }, () => device.openLab(query)));
    await device.idle(expired);
    bank.proxy.clear();
    return [first, ...others];
  }

  /** Asks the bank in every tab at once, `each` times, and expects an answer to each. */
  async function expectAnswers(pages: readonly Page[], each: number): Promise<void> {
    const asked = pages.map((_, tab) => Array.from({ length: each }, (_none, index) => `${tab}-${index}`));
    const statuses = await Promise.all(pages.map((page, tab) => askBank(page, asked[tab] ?? [])));
    expect(statuses).toEqual(asked.map((marks) => marks.map(() => 200)));
    const served = bank.proxy.passed.filter(({ path, status }) => path.startsWith('/bank/account') && status === 200);
    expect(served.map(({ path }) => path).sort()).toEqual(
      asked
        .flat()
        .map((mark) => `/bank/account?mark=${mark}`)
        .sort(),
    );
  }

  async function expectSignedIn(pages: readonly Page[]): Promise<void> {
    expect(await Promise.all(pages.map(statusOf))).toEqual(pages.map(() => 'signed-in'));
    expect(bank.events.map(({ type }) => type)).not.toContain('refresh_replayed');
  }

  it('makes one refresh for a hundred requests of ten tabs on an expired token', async () => {
    const tabs = await openExpiredTabs(10);
    await expectAnswers(tabs, 10);
    expect(bank.proxy.countOf('/token')).toBe(1);
    await expectSignedIn(tabs);
  });

  it('makes one refresh where only the server knows that the token has expired', async () => {
    device = await openDevice(browser, bank);
    const tabs = [await device.openLab(), await device.openLab()];
    for (const page of tabs.slice(0, 1)) await signInLab(page);
    for (const page of tabs) await page.waitForFunction(() => lab.client.times().accessTokenRemainingMs > 0);
    await bank.advance(expired);
    // A token that is seconds old was refused for another reason than its age.
    await device.context.clock.fastForward(10_000);
    bank.proxy.clear();
    await expectAnswers(tabs, 5);
    // A tab that learnt the server's clock before it was set gives a deadline that is past by now: 503, and the other tab is next.
    expect(bank.proxy.passed.filter(({ path, status }) => path === '/token' && status !== 503)).toHaveLength(1);
    await expectSignedIn(tabs);
  });

  it.each<Fault>([
    { kind: 'drop-request' },
    { kind: 'drop-response' },
    { kind: 'duplicate' },
    { kind: 'refuse', status: 429, retryAfter: 1 },
    { kind: 'refuse', status: 503, retryAfter: 1 },
  ])('answers each request where the first refresh meets %j', async (fault) => {
    const tabs = await openExpiredTabs(2);
    bank.proxy.fault = ({ path }) => (path === '/token' && bank.proxy.countOf('/token') === 1 ? fault : undefined);
    await expectAnswers(tabs, 3);
    expect(bank.proxy.countOf('/token')).toBe(fault.kind === 'duplicate' ? 1 : 2);
    await expectSignedIn(tabs);
  });

  it('waits for an answer that is late, and asks for no other', async () => {
    const tabs = await openExpiredTabs(3);
    const { promise: arrives, resolve: arrive } = Promise.withResolvers<void>();
    bank.proxy.fault = ({ path }) => (path === '/token' ? { kind: 'delay-request', until: arrives } : undefined);
    const answers = expectAnswers(tabs, 3);
    await expect.poll(() => bank.proxy.countOf('/token')).toBe(1);
    arrive();
    await answers;
    expect(bank.proxy.countOf('/token')).toBe(1);
    await expectSignedIn(tabs);
  });

  it.each([
    ['before the server has heard of it', 'delay-request'],
    ['when the server has answered', 'delay-response'],
  ] as const)('goes on when the tab that was refreshing is closed %s', async (_, kind) => {
    const [leader, ...others] = await openExpiredTabs(3);
    const { promise: never } = Promise.withResolvers<void>();
    bank.proxy.fault = ({ path }) =>
      path === '/token' && bank.proxy.countOf('/token') === 1 ? { kind, until: never } : undefined;
    await leader.evaluate(() => void lab.client.fetch('/bank/account'));
    const heard = kind === 'delay-response' ? 200 : undefined;
    const refreshes = () => bank.proxy.passed.filter(({ path }) => path === '/token');
    await expect.poll(() => refreshes().map(({ status }) => status)).toEqual([heard]);
    const answers = expectAnswers(others, 3);
    await leader.close();
    await answers;
    expect(bank.proxy.countOf('/token')).toBe(2);
    await expectSignedIn(others);
  });

  it('finds a tab that was frozen, and slept for a night, as it left it', async () => {
    const [frozen, awake] = await openExpiredTabs(2);
    const devtools = await device.context.newCDPSession(frozen);
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
    await device.idle(9 * hour);
    await expectAnswers(awake ? [awake] : [], 3);
    await devtools.send('Page.setWebLifecycleState', { state: 'active' });
    bank.proxy.clear();
    await expectAnswers([frozen], 3);
    expect(bank.proxy.countOf('/token')).toBe(0);
    await expectSignedIn([frozen]);
  });

  it('notices a sleep that only the wall clock has seen', async () => {
    device = await openDevice(browser, bank);
    const page = await device.openLab();
    await signInLab(page);
    await bank.advance(9 * hour);
    await page.clock.setSystemTime(Date.now() + 9 * hour * 1000);
    bank.proxy.clear();
    await expectAnswers([page], 3);
    expect(bank.proxy.passed.filter(({ status }) => status === 401)).toEqual([]);
    expect(bank.proxy.countOf('/token')).toBe(1);
    await expectSignedIn([page]);
  });

  it.each([
    ['six hours behind', -6 * hour, ''],
    ['six hours ahead, with a key that proves by it', 6 * hour, '?key'],
  ])('does not care about a clock that is %s', async (_, seconds, query) => {
    device = await openDevice(browser, bank);
    await device.context.clock.setSystemTime(Date.now() + seconds * 1000);
    const page = await device.openLab(query);
    await signInLab(page);
    bank.proxy.clear();
    await expectAnswers([page], 3);
    expect(bank.proxy.countOf('/token')).toBe(0);
    await device.idle(expired);
    bank.proxy.clear();
    await expectAnswers([page], 3);
    expect(bank.proxy.passed.filter(({ path, status }) => path === '/token' && status === 200)).toHaveLength(1);
    await expectSignedIn([page]);
  });

  it('is patient while the device is offline, and goes on by itself when it is back', async () => {
    const tabs = await openExpiredTabs(2);
    await device.context.setOffline(true);
    const statuses = await Promise.all(tabs.map((page) => askBank(page, ['offline'])));
    expect(statuses).toEqual([[0], [0]]);
    await expectSignedIn(tabs);
    expect(bank.proxy.passed).toEqual([]);
    await device.idle(10 * 60);
    await device.context.setOffline(false);
    await tabs[0].waitForFunction(
      () => lab.client.state.status === 'signed-in' && lab.client.state.connection === 'ok',
    );
    await expectAnswers(tabs, 3);
    await expectSignedIn(tabs);
  });

  it('loses nobody and nothing where a tenth of the answers is lost: the short form of `npm run losses`', async () => {
    const report = await refreshWithLosses(bank, browser, { refreshes: 20, random: createRandom(7) });
    expect(report.lost).toBeGreaterThan(0);
    expect(report).toMatchObject({ answeredOnce: report.requests, signedOut: 0 });
    expect(report.outcomes).not.toHaveProperty('replayed');
  });

  it('starts once, and refreshes once, under StrictMode in React', async () => {
    device = await openDevice(browser, bank);
    await signInLab(await device.openLab());
    const [other] = device.context.pages();
    await other?.close();
    bank.proxy.clear();
    const page = await device.openTab('/lab/react-page');
    await page.getByText('signed-in, with a token').waitFor();
    expect(bank.proxy.countOf('/token')).toBe(1);
  });
});
