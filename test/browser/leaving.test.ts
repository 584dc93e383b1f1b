/**
 * What is left on a device after signing out, and what a copy of a session is worth on another.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBank, type TestBank } from './open-bank.ts';
import { askBank, openChromium, openDevice, signInLab, statusOf, type TestDevice } from './open-chromium.ts';
import { enterAccount, seeAccount } from './visit-bank.ts';

const expired = 16 * 60;

describe('in Chromium', () => {
  let bank: TestBank;
  let browser: Browser;
  let device: TestDevice;

  beforeAll(async () => {
    [bank, browser] = await Promise.all([openBank(), openChromium()]);
  });

  afterEach(async () => {
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

  async function expectNothingPrivate(page: Page): Promise<void> {
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.content()).not.toMatch(/Harbour Press|Last used/);
  }

  it('signing out in one tab leaves nothing private in the others', async () => {
    const page = await openAccount();
    const [other, account] = await Promise.all([device.openTab('/'), device.openTab('/account')]);
    await seeAccount(other);
    await account.getByText('This device').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    for (const tab of [page, other, account]) await expectNothingPrivate(tab);
    expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain('alice');
  });

  it.each(['/lab/client-page', '/favicon.svg'])(
    'a page that is reached with Back from %s after a sign-out shows nothing private',
    async (elsewhere) => {
      const page = await openAccount();
      const other = await device.openLab();
      await page.goto(elsewhere);
      await other.evaluate(() => lab.client.signOut());
      await page.goBack({ waitUntil: 'commit' });
      await expectNothingPrivate(page);
    },
  );

  it.each(['cookie', 'body'])(
    'a copied session with its refresh token in the %s is worth nothing without the key',
    async (delivery) => {
      device = await openDevice(browser, bank);
      const query = `?key&delivery=${delivery}`;
      const page = await device.openLab(query);
      await signInLab(page);
      const copy = await device.context.storageState();
      const thief = await openDevice(browser, bank);
      await thief.context.addCookies(copy.cookies);
      const stolen = await thief.openTab('/favicon.svg');
      for (const { name, value } of copy.origins.flatMap(({ localStorage }) => localStorage)) {
        await stolen.evaluate(([key, text]) => localStorage.setItem(key, text), [name, value] as const);
      }
      await stolen.close();
      bank.proxy.clear();
      for (const withoutKeyOrAnother of [query, `?delivery=${delivery}`]) {
        const there = await thief.openTab(`/lab/client-page${withoutKeyOrAnother}`);
        await there.waitForFunction(() => globalThis.lab?.client.state.status === 'signed-out');
        await there.close();
      }
      const answers = bank.proxy.passed.filter(({ path }) => path === '/token').map(({ status }) => status);
      expect(answers.length).toBeGreaterThan(0);
      expect(new Set(answers)).toEqual(new Set([400]));
      await thief.context.close();

      await device.idle(expired);
      expect(await askBank(page, ['owner'])).toEqual([200]);
      expect(await statusOf(page)).toBe('signed-in');
    },
  );
});

describe('with stateless sessions', () => {
  it('the pages say what there is not, and sign out everywhere', async () => {
    const [bank, browser] = await Promise.all([openBank({ mode: 'stateless' }), openChromium()]);
    try {
      const device = await openDevice(browser, bank);
      const page = await enterAccount(device);
      await page.getByText('Not on this server: its sessions are stateless').waitFor();
      const elsewhere = await enterAccount(await openDevice(browser, bank), 'Phone');
      await page.getByRole('link', { name: 'Devices' }).click();
      await page.getByText('This server keeps no list of devices.').waitFor();
      await page.getByRole('button', { name: 'Sign out everywhere' }).click();
      await page.getByText('You have been signed out.').waitFor();
      await elsewhere.reload();
      await elsewhere.getByText('You have been signed out.').waitFor();
    } finally {
      await browser.close();
      await bank.close();
    }
  });
});
