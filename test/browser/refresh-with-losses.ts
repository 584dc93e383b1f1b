/**
 * Tabs of one device that refresh again and again while some of the answers are lost on their way.
 */
import type { Browser } from 'playwright-core';
import type { TestBank } from './open-bank.ts';
import { askBank, openDevice, signInLab, statusOf } from './open-chromium.ts';

const tabs = 3;
const expired = 16 * 60;
const lostShare = 0.1;

export interface LossReport {
  /** Answers of `/token` that arrived. */
  readonly refreshes: number;
  readonly lost: number;
  readonly requests: number;
  /** Requests that got an answer of the bank, exactly one. */
  readonly answeredOnce: number;
  /** Tabs that are not signed in at the end. */
  readonly signedOut: number;
  /** How the rotation rule decided, and how often. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface LossOptions {
  /** Answers of `/token` to arrive. */
  readonly refreshes: number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly say?: (refreshes: number) => void;
}

/** Lets the access token expire and asks in every tab, until there were as many refreshes as wanted. */
export async function refreshWithLosses(
  bank: TestBank,
  browser: Browser,
  { refreshes: wanted, random, say }: LossOptions,
): Promise<LossReport> {
  const { proxy } = bank;
  const device = await openDevice(browser, bank);
  const pages = await Promise.all(Array.from({ length: tabs }, () => device.openLab()));
  for (const page of pages.slice(0, 1)) await signInLab(page);
  const eventsBefore = bank.events.length;
  let lost = 0;
  proxy.fault = ({ path }) => {
    if (path !== '/token' || random() >= lostShare) return undefined;
    lost += 1;
    return { kind: 'drop-response' };
  };
  let [refreshes, requests, answeredOnce] = [0, 0, 0];
  while (refreshes < wanted) {
    const lostBefore = lost;
    proxy.clear();
    await device.idle(expired);
    const statuses = await Promise.all(pages.map((page, tab) => askBank(page, [String(tab)])));
    requests += tabs;
    answeredOnce += statuses.filter(([status], tab) => status === 200 && served(String(tab)) === 1).length;
    const arrived = proxy.countOf('/token') - (lost - lostBefore);
    if (arrived === 0) break;
    refreshes += arrived;
    say?.(refreshes);
  }
  const statuses = await Promise.all(pages.map(statusOf));
  proxy.fault = () => undefined;
  await device.context.close();
  return {
    refreshes,
    lost,
    requests,
    answeredOnce,
    signedOut: statuses.filter((status) => status !== 'signed-in').length,
    outcomes: countOutcomes(bank.events.slice(eventsBefore)),
  };

  function served(mark: string): number {
    return proxy.passed.filter(({ path, status }) => path.endsWith(`?mark=${mark}`) && status === 200).length;
  }
}

function countOutcomes(events: TestBank['events']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    const name =
      event.type === 'session_refreshed' ? event.outcome : event.type === 'refresh_replayed' ? 'replayed' : '';
    if (name !== '') counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
