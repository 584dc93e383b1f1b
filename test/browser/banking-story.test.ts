/**
 * A customer in the middle of a transfer whose session ends by inactivity: nothing of it is lost, and nothing of it is another's.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../src/cli/demo/demo-users.ts';
import { openBank, type TestBank } from './open-bank.ts';
import { openChromium, openDevice, type TestDevice } from './open-chromium.ts';
import { enterAccount, fillTransfer, seeAccount, signIn, signInAgain } from './visit-bank.ts';

const limit = 5 * 60;

describe('a transfer that outlives its session', () => {
  let bank: TestBank;
  let browser: Browser;
  let device: TestDevice;

  beforeAll(async () => {
    [bank, browser] = await Promise.all([openBank({ inactivityTimeoutSeconds: limit }), openChromium()]);
  });

  afterEach(async () => {
    bank.proxy.fault = () => undefined;
    await device.context.close();
  });

  afterAll(async () => {
    await browser?.close();
    await bank?.close();
  });

  async function openAccount(): Promise<Page> {
    device = await openDevice(browser, bank);
    return enterAccount(device);
  }

  /** The laptop is closed for longer than the limit and opened again: no timer has rung, and the page knows of nothing yet. */
  async function sleep(page: Page): Promise<void> {
    await bank.advance(limit + 60);
    await page.clock.setSystemTime((await page.evaluate(() => Date.now())) + (limit + 60) * 1000);
  }

  async function submitAfterSleep(page: Page, to: string): Promise<void> {
    await fillTransfer(page, to);
    await sleep(page);
    await page.getByLabel('Recipient').press('Enter');
    await page.getByRole('dialog').getByText('Your session has timed out.').waitFor();
    await page.getByText('Harbour Press').waitFor({ state: 'detached' });
  }

  /** The draft came back, and is kept again for the next time. */
  async function expectFilledIn(page: Page, to: string): Promise<void> {
    await expect.poll(() => page.getByLabel('Recipient').inputValue()).toBe(to);
    await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith('tallystick-draft:')));
  }

  it('is made once when its customer has signed in again in the dialog', async () => {
    const page = await openAccount();
    await submitAfterSleep(page, 'Lantern Books');
    await signInAgain(page, 'alice');
    await page.getByText('€12.34 sent to Lantern Books.').waitFor();
    await seeAccount(page);
    expect(await bank.transfersOf('alice', 'Lantern Books')).toBe(1);
  });

  it('is neither made nor shown where another customer signs in', async () => {
    const page = await openAccount();
    await submitAfterSleep(page, 'Secret Flowers');
    bank.proxy.clear();
    await signInAgain(page, 'bob');
    await seeAccount(page);
    expect(await page.getByLabel('Recipient').inputValue()).toBe('');
    await page.reload();
    await seeAccount(page);
    expect(await page.getByLabel('Recipient').inputValue()).toBe('');
    expect(bank.proxy.countOf('/bank/transfers')).toBe(0);
    expect(await bank.transfersOf('alice', 'Secret Flowers')).toBe(0);
    expect(await bank.transfersOf('bob', 'Secret Flowers')).toBe(0);
  });

  it('is still there when the page was loaded anew for its customer, and is made once', async () => {
    const page = await openAccount();
    await fillTransfer(page, 'Night Bakery');
    await device.idle(limit + 60);
    await page.getByRole('dialog').getByText('Your session has timed out.').waitFor();
    await page.reload();
    await page.getByText('Your session has timed out.').waitFor();
    expect(await page.content()).not.toContain('Night Bakery');
    await signIn(page, 'alice', 'Laptop');
    await seeAccount(page);
    await expectFilledIn(page, 'Night Bakery');
    await page.reload();
    await expectFilledIn(page, 'Night Bakery');
    await page.getByRole('button', { name: 'Send money' }).click();
    await page.getByText('€12.34 sent to Night Bakery.').waitFor();
    expect(await bank.transfersOf('alice', 'Night Bakery')).toBe(1);
  });

  it('is made once where its answer was lost, the page loaded anew, and all of it sent again', async () => {
    const page = await openAccount();
    await fillTransfer(page, 'Twice Told Books');
    bank.proxy.fault = ({ path }) => (path === '/bank/transfers' ? { kind: 'drop-response' } : undefined);
    await page.getByRole('button', { name: 'Send money' }).click();
    await page.getByRole('alert').getByText('The server is not responding.').waitFor();
    bank.proxy.fault = () => undefined;
    await page.reload();
    await expectFilledIn(page, 'Twice Told Books');
    await page.getByRole('button', { name: 'Send money' }).click();
    await page.getByText('€12.34 sent to Twice Told Books.').waitFor();
    expect(await bank.transfersOf('alice', 'Twice Told Books')).toBe(1);
  });

  describe('where the sign-in is another page', () => {
    async function signInThere(page: Page, username: string): Promise<void> {
      await page.waitForURL(/sign-in/);
      await page.getByLabel('User name').fill(username);
      await page.getByLabel('Password').fill(demoPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Send money' }).waitFor();
    }

    async function leaveTransfer(to: string): Promise<Page> {
      device = await openDevice(browser, bank);
      const page = await device.openTab('/lab/redirect-page');
      await signInThere(page, 'alice');
      await page.getByLabel('Recipient').fill(to);
      await page.getByLabel('Amount in cents').fill('1234');
      await page.waitForFunction(() => sessionStorage.length > 1);
      await sleep(page);
      await page.getByLabel('Recipient').press('Enter');
      return page;
    }

    it('is filled in as it was when its customer comes back, and made once', async () => {
      const page = await leaveTransfer('Garden Tools');
      await signInThere(page, 'alice');
      await expect.poll(() => page.getByLabel('Recipient').inputValue()).toBe('Garden Tools');
      expect(await page.getByLabel('Amount in cents').inputValue()).toBe('1234');
      await page.getByRole('button', { name: 'Send money' }).click();
      await page.getByText('Sent', { exact: true }).waitFor();
      expect(await bank.transfersOf('alice', 'Garden Tools')).toBe(1);
    });

    it('is forgotten where another customer comes instead', async () => {
      const page = await leaveTransfer('Secret Roses');
      await signInThere(page, 'bob');
      await page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith('tallystick-draft:')));
      expect(await page.getByLabel('Recipient').inputValue()).toBe('');
      expect(await bank.transfersOf('alice', 'Secret Roses')).toBe(0);
    });
  });
});
