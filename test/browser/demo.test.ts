import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, openChromium, openDemo, signIn } from './open-demo.ts';

const accessTokenSeconds = 3;

describe('the demo in Chromium', () => {
  let demo: Demo;
  let browser: Browser;

  beforeAll(async () => {
    demo = await openDemo({ TALLYSTICK_ACCESS_TOKEN_SECONDS: String(accessTokenSeconds) });
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** A page of a device that nobody has seen before, signed in. */
  async function openDevice(name: string): Promise<Page> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(demo.url);
    await signIn(page, 'alice', name);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    return page;
  }

  async function sendMoney(page: Page, to: string): Promise<void> {
    await page.getByLabel('Recipient').fill(to);
    await page.getByLabel('Amount in euros').fill('12.34');
    await page.getByRole('button', { name: 'Send money' }).click();
  }

  it('makes a transfer after the access token has expired, with a token that was refreshed for it', async () => {
    const page = await openDevice('Laptop');
    const signedInAt = Date.now();
    await expect
      .poll(() => Date.now(), { timeout: 10_000 })
      .toBeGreaterThan(signedInAt + (accessTokenSeconds + 1) * 1000);
    const refreshed = page.waitForResponse((response) => response.url().endsWith('/token') && response.ok());
    await sendMoney(page, 'Lantern Books');
    await page.getByRole('list', { name: 'Recent transactions' }).getByText('Lantern Books').waitFor();
    await refreshed;
    await page.context().close();
  });

  it('stays signed in over a reload, and keeps no token where a script could read it', async () => {
    const page = await openDevice('Laptop');
    await page.reload();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    const readable = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(readable).not.toMatch(/tsr_|eyJ/);
    await page.context().close();
  });

  it('removes the other device and sees it signed out', async () => {
    const lost = await openDevice('Lost phone');
    const own = await openDevice('Own laptop');
    await own.goto(`${demo.url}/account`);
    await own.getByRole('button', { name: 'Remove Lost phone' }).click();
    const confirm = own.getByRole('dialog').getByRole('button', { name: 'Remove' });
    await confirm.click();
    await own.getByRole('listitem', { name: 'Lost phone' }).waitFor({ state: 'detached' });

    await sendMoney(lost, 'Too late');
    await lost.getByRole('heading', { name: 'Sign in' }).waitFor();
    await own.goto(demo.url);
    await own.getByRole('heading', { name: 'Your account' }).waitFor();
    expect(await own.getByText('Too late').count()).toBe(0);
    await Promise.all([lost.context().close(), own.context().close()]);
  });

  it('shows what the rule decides when a token is stolen', async () => {
    const page = await openDevice('Laptop');
    await page.getByRole('button', { name: 'Sign in a laptop and rob it' }).click();
    await page
      .getByRole('button', { name: /refresh/i })
      .nth(1)
      .waitFor();
    await page.context().close();
  });
});
