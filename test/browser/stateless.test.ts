/**
 * The demo with stateless sessions: the client signs in with the browser's key, and all goes on as ever.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openChromium } from './open-chromium.ts';
import { type Demo, openDemo } from './open-demo.ts';
import { fillTransfer, signIn } from './visit-bank.ts';

const accessTokenSeconds = 3;
let demo: Demo;
let browser: Browser;

beforeAll(async () => {
  demo = await openDemo({
    TALLYSTICK_MODE: 'stateless',
    TALLYSTICK_ACCESS_TOKEN_SECONDS: String(accessTokenSeconds),
    TALLYSTICK_RETRY_WINDOW_SECONDS: '2',
  });
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

it('signs in on a stateless server, outlives the access token and a reload, and signs out', async () => {
  const page = await (await browser.newContext()).newPage();
  const refreshes: number[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('/token')) refreshes.push(response.status());
  });
  await page.goto(demo.url);
  await signIn(page, 'alice', 'Laptop');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  const tokenIsDeadAt = Date.now() + (accessTokenSeconds + 1) * 1000;
  await expect.poll(() => Date.now(), { timeout: 10_000 }).toBeGreaterThan(tokenIsDeadAt);
  await fillTransfer(page, 'bob');
  await page.getByRole('button', { name: 'Send money' }).click();
  await page.getByText('Sent').first().waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  expect(refreshes.length).toBeGreaterThan(1);
  expect(new Set(refreshes)).toEqual(new Set([200]));
  const cookies = (await page.context().cookies()).filter(({ name }) => name.startsWith('tallystick-'));
  expect(cookies.map(({ value }) => value.startsWith('eyJ'))).toEqual([true]);
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByRole('heading', { name: 'Sign in' }).first().waitFor();
}, 60_000);
