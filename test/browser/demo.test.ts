import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openChromium } from './open-chromium.ts';
import { type Demo, openDemo } from './open-demo.ts';
import { fillTransfer, seeAccount, signIn } from './visit-bank.ts';

const accessTokenSeconds = 3;

describe('the demo in Chromium', () => {
  let demo: Demo;
  let browser: Browser;

  beforeAll(async () => {
    demo = await openDemo({
      TALLYSTICK_ACCESS_TOKEN_SECONDS: String(accessTokenSeconds),
      TALLYSTICK_RETRY_WINDOW_SECONDS: '2',
    });
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
    await fillTransfer(page, to);
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

  it('is below the path of its issuer: pages, devices, bank and session', async () => {
    const below = await openDemo({}, '/eu/auth');
    onTestFinished(below.stop);
    const page = await browser.newPage();
    const strayed: string[] = [];
    page.on('response', (response) => {
      if (!response.url().startsWith(`${below.url}/`)) strayed.push(response.url());
    });
    await page.goto(`${below.url}/`);
    await signIn(page, 'alice', 'Laptop');
    await seeAccount(page);
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.getByRole('listitem', { name: 'Laptop' }).waitFor();
    expect(page.url()).toBe(`${below.url}/account`);
    await page.reload();
    await page.getByRole('listitem', { name: 'Laptop' }).waitFor();
    await page.getByRole('link', { name: 'Bank' }).click();
    await page.getByRole('button', { name: 'Sign in a laptop and rob it' }).click();
    await page.getByRole('button', { name: 'Refresh as the thief' }).click();
    await page.getByRole('region', { name: 'Thief' }).getByText('Generation 1, branch 0').waitFor();
    expect([page.url(), strayed]).toEqual([`${below.url}/`, []]);
    await page.close();
  });

  it('lets visitors rob themselves: once owner and thief have both refreshed, the session has ended for both', async () => {
    const page = await openDevice('Laptop');
    await page.getByRole('button', { name: 'Sign in a laptop and rob it' }).click();
    const happened = page.getByRole('list', { name: 'What happened' });
    await page.getByRole('button', { name: 'Refresh as the thief' }).click();
    await page.getByRole('region', { name: 'Thief' }).getByText('Generation 1, branch 0').waitFor();
    // The owner's next refresh comes after the window: a new branch, and two live ones in two hands.
    await windowPassed(page);
    await page.getByRole('button', { name: 'Refresh as the owner' }).click();
    await page.getByRole('region', { name: 'Owner' }).getByText('Generation 1, branch 1').waitFor();
    await windowPassed(page);
    await page.getByRole('button', { name: 'Refresh as the thief' }).click();
    await page.getByRole('region', { name: 'Thief' }).getByText('Generation 2, branch 0').waitFor();
    await windowPassed(page);
    await page.getByRole('button', { name: 'Refresh as the owner' }).click();
    await page.getByText('The session has ended for both.').waitFor();
    expect(await happened.getByRole('listitem').count()).toBeGreaterThan(3);
    await page.context().close();
  });
});

/** Waits until what is presented now is outside the retry window of the demo. */
async function windowPassed(page: Page): Promise<void> {
  await page.getByText(/^open for/).waitFor();
  await page.getByText('closed', { exact: true }).waitFor();
}
