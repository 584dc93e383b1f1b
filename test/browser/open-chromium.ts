/**
 * Chromium, and devices in it: each a browser profile of its own, with tabs and a clock that the test moves.
 */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { demoPassword } from '../../src/cli/demo/demo-users.ts';
import { findProgram } from '../../tools/programs.mjs';
import type { TestBank } from './open-bank.ts';

/** Starts Chromium. Pages that are left are kept for a look back, as they are for a real user. */
export async function openChromium(): Promise<Browser> {
  const executablePath = findProgram('Chromium');
  if (executablePath === undefined) throw new Error('Chromium is not installed');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  return chromium.launch({
    executablePath,
    args: [...args, '--disable-component-update', '--disable-sync'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

export interface TestDevice {
  readonly context: BrowserContext;
  /** Opens a page of the bank in a new tab. */
  openTab(path: string): Promise<Page>;
  /** As `openTab`, for the page that has the client at hand, which has started. */
  openLab(query?: string): Promise<Page>;
  /** Lets time pass here and on the server, with the device awake: timers ring. */
  idle(seconds: number): Promise<void>;
}

/** A device that nobody has seen before. */
export async function openDevice(browser: Browser, bank: TestBank): Promise<TestDevice> {
  const context = await browser.newContext({ baseURL: bank.url });
  await context.clock.install();
  const openTab = async (path: string) => {
    const page = await context.newPage();
    await page.goto(path);
    return page;
  };
  return {
    context,
    openTab,
    openLab: async (query = '') => {
      const page = await openTab(`/lab/client-page${query}`);
      await page.waitForFunction(() => globalThis.lab?.client.state.status !== 'starting');
      return page;
    },
    idle: async (seconds) => {
      await bank.advance(seconds);
      await context.clock.fastForward(seconds * 1000);
    },
  };
}

/** Signs in by the client of a lab's page. */
export async function signInLab(page: Page, username = 'alice'): Promise<void> {
  const credentials = { username, password: demoPassword, deviceName: 'Laptop' };
  const result = await page.evaluate((given) => lab.client.signIn(given), credentials);
  if (!result.ok) throw new Error(`not signed in: ${result.error}`);
}

/** Asks for the account, once for each mark, and gives the statuses; a request that fails is 0. */
export async function askBank(page: Page, marks: readonly string[]): Promise<readonly number[]> {
  return page.evaluate(
    (all) =>
      Promise.all(
        all.map((mark) =>
          lab.client.fetch(`/bank/account?mark=${mark}`).then(
            ({ status }) => status,
            () => 0,
          ),
        ),
      ),
    marks,
  );
}

/** What the page's client says of the session. */
export async function statusOf(page: Page): Promise<string> {
  return page.evaluate(() => lab.client.state.status);
}
