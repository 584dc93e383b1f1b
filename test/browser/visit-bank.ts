/**
 * What a customer of the demo bank does on its pages.
 */
import type { Page } from 'playwright-core';
import { demoPassword } from '../../src/cli/demo/demo-users.ts';
import type { TestDevice } from './open-chromium.ts';

/** Signs in on the sign-in page that is open. */
export async function signIn(page: Page, username: string, deviceName: string): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(demoPassword);
  await page.getByLabel('Name of this device').fill(deviceName);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Signs in in the dialog over a page whose session has ended. */
export async function signInAgain(page: Page, username: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Sign in to continue' });
  await dialog.getByLabel('User name').fill(username);
  await dialog.getByLabel('Password').fill(demoPassword);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
}

/** Fills in a transfer, and does not send it. */
export async function fillTransfer(page: Page, to: string): Promise<void> {
  await page.getByLabel('Recipient').fill(to);
  await page.getByLabel('Amount in euros').fill('12.34');
}

/** Waits for the account, with what is in it. */
export async function seeAccount(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await page.getByText('Harbour Press').waitFor();
}

/** Signs alice in on a device that calls itself so, and gives the page with her account. */
export async function enterAccount({ openTab }: Pick<TestDevice, 'openTab'>, deviceName = 'Laptop'): Promise<Page> {
  const page = await openTab('/');
  await signIn(page, 'alice', deviceName);
  await seeAccount(page);
  return page;
}
