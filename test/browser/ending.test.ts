/**
 * The end of a session by inactivity, as the user sees it: asked a minute ahead, in every tab.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBank, type TestBank } from './open-bank.ts';
import { openChromium, openDevice, type TestDevice } from './open-chromium.ts';
import { enterAccount, seeAccount } from './visit-bank.ts';

const limit = 5 * 60;
const ahead = 60;

describe('an inactivity limit of five minutes', () => {
  let bank: TestBank;
  let browser: Browser;
  let device: TestDevice;

  beforeAll(async () => {
    // The access token has expired long before the user is asked, and no part of the page may take that for a reason to refresh.
    const bankOpens = openBank({ inactivityTimeoutSeconds: limit, accessTokenSeconds: 120 });
    [bank, browser] = await Promise.all([bankOpens, openChromium()]);
  });

  afterEach(async () => {
    await device.context.close();
  });

  afterAll(async () => {
    await browser?.close();
    await bank?.close();
  });

  async function openTabs(): Promise<readonly [Page, ...Page[]]> {
    device = await openDevice(browser, bank);
    const first = await enterAccount(device);
    const others = await Promise.all([device.openTab('/'), device.openTab('/account')]);
    await others[1]?.getByText('This device').waitFor();
    await others[0]?.getByText('Harbour Press').waitFor();
    return [first, ...others];
  }

  const question = (page: Page) => page.getByRole('alertdialog', { name: 'Your session is about to end' });

  it('asks a minute ahead in all tabs, and continuing in one closes it in all', async () => {
    const tabs = await openTabs();
    await device.idle(limit - ahead - 10);
    expect(await Promise.all(tabs.map((page) => question(page).count()))).toEqual([0, 0, 0]);
    bank.proxy.clear();
    await device.idle(15);
    await Promise.all(tabs.map((page) => question(page).waitFor()));
    await tabs[1]?.getByRole('button', { name: 'Stay signed in' }).click();
    await Promise.all(tabs.map((page) => question(page).waitFor({ state: 'detached' })));
    expect(bank.proxy.countOf('/token')).toBe(1);
    await device.idle(limit - ahead - 10);
    await seeAccount(tabs[0]);
  });

  it('can be answered by the keyboard: the answer has the focus, and Escape stays', async () => {
    const [page] = await openTabs();
    for (const key of ['Enter', 'Escape']) {
      await device.idle(limit - ahead + 5);
      await question(page).waitFor();
      const focused = await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent);
      expect(focused).toBe('Stay signed in');
      await page.keyboard.press(key);
      await question(page).waitFor({ state: 'detached' });
    }
    await seeAccount(page);
  });

  it('ends the session where nobody answers, and all tabs say so and show nothing private', async () => {
    const tabs = await openTabs();
    await device.idle(limit - ahead + 5);
    await Promise.all(tabs.map((page) => question(page).waitFor()));
    await device.idle(ahead);
    await Promise.all(tabs.map((page) => page.getByText('Your session has timed out.').waitFor()));
    for (const page of tabs) {
      await question(page).waitFor({ state: 'detached' });
      expect(await page.content()).not.toMatch(/Harbour Press|Last used/);
    }
  });
});
