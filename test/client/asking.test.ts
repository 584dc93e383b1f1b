/**
 * The end of a session, asked about and not: by inactivity and for good.
 */
import { describe, expect, it } from 'vitest';
import { createWorld, signedInTabs } from './world/create-world.ts';
import type { FakeTab } from './world/fake-browser.ts';

const second = 1000;
const minute = 60_000;

function endingOf({ client: { state } }: FakeTab): { readonly reason: string } | undefined {
  return state.status === 'signed-in' ? state.ending : undefined;
}

describe('an inactivity limit of five minutes', () => {
  const policy = { inactivityTimeout: 5 * minute };

  it('asks a minute before the end in every tab, and continuing in one closes it in all', async () => {
    const world = createWorld({ policy });
    const { time, server } = world;
    const tabs = await signedInTabs(world, 5, { renew: 'ask' });
    await time.advance(4 * minute - 3 * second);
    expect(tabs.map(endingOf)).toEqual(Array(5).fill(undefined));
    await time.advance(4 * second);
    for (const tab of tabs) expect(endingOf(tab)).toMatchObject({ reason: 'inactivity' });
    expect(await time.until(tabs[2]?.client.continue() ?? Promise.reject())).toEqual({ kind: 'refreshed' });
    await time.advance(second);
    expect(tabs.map(endingOf)).toEqual(Array(5).fill(undefined));
    expect(server.countOf('POST /token')).toBe(1);
    await time.advance(4 * minute);
    for (const tab of tabs) expect(endingOf(tab)).toBeDefined();
  });

  it('ends the session in every tab where nobody answers', async () => {
    const world = createWorld({ policy });
    const { time, server } = world;
    const tabs = await signedInTabs(world, 5, { renew: 'ask' });
    await time.advance(5 * minute + 5 * second);
    for (const { client } of tabs) expect(client.state).toMatchObject({ status: 'signed-out', reason: 'timed_out' });
    expect(server.outcomes).toEqual(['refused']);
  });

  it('ends the session without a word where the client does not ask', async () => {
    const world = createWorld({ policy });
    const { time } = world;
    const [tab] = await signedInTabs(world, 1);
    await time.advance(4 * minute + 30 * second);
    expect(tab.client.state).toMatchObject({ status: 'signed-in', ending: undefined });
    await time.advance(minute);
    expect(tab.client.state).toMatchObject({ status: 'signed-out', reason: 'timed_out' });
  });

  it('never asks a user who is active', async () => {
    const world = createWorld({ policy });
    const { time } = world;
    const [tab, other] = await signedInTabs(world, 2, { renew: 'ask' });
    for (let count = 0; count < 600; count += 1) {
      tab.signal('pointerdown');
      await time.advance(5 * second);
      expect(endingOf(tab)).toBeUndefined();
      expect(other && endingOf(other)).toBeUndefined();
    }
  });

  it('does not take a movement for an answer once it asks', async () => {
    const world = createWorld({ policy });
    const { time, server } = world;
    const [tab] = await signedInTabs(world, 1, { renew: 'ask' });
    await time.advance(4 * minute + 5 * second);
    tab.signal('pointerdown');
    await time.advance(second);
    expect(endingOf(tab)).toBeDefined();
    expect(server.countOf('POST /token')).toBe(0);
  });

  it('says how long is left', async () => {
    const world = createWorld({ policy });
    const [tab] = await signedInTabs(world, 1, { renew: 'ask' });
    await world.time.advance(4 * minute + 29 * second);
    const { state } = tab.client;
    const left = state.status === 'signed-in' ? (state.ending?.remainingMs() ?? 0) : 0;
    expect(left).toBeGreaterThan(28 * second);
    expect(left).toBeLessThan(31 * second);
  });

  it('ends in this tab alone where the server cannot be reached', async () => {
    const world = createWorld({ policy });
    const { time, browser } = world;
    const [tab] = await signedInTabs(world, 1, { renew: 'ask' });
    browser.fault = () => ({ kind: 'lose-request' });
    await time.advance(6 * minute);
    expect(tab.client.state).toMatchObject({ status: 'signed-out', reason: 'timed_out' });
  });
});

describe('the absolute end', () => {
  it('is told and cannot be moved', async () => {
    const world = createWorld({ policy: { absoluteLifetime: 10 * minute, inactivityTimeout: 20 * minute } });
    const { time } = world;
    const [tab] = await signedInTabs(world, 1, { renew: 'ask' });
    for (let count = 0; count < 9 * 12; count += 1) {
      tab.signal('pointerdown');
      await time.advance(5 * second);
    }
    await time.advance(5 * second);
    expect(endingOf(tab)).toMatchObject({ reason: 'absolute' });
    tab.client.dismiss();
    expect(endingOf(tab)).toBeUndefined();
    await time.advance(30 * second);
    expect(endingOf(tab)).toBeUndefined();
    await time.advance(30 * second);
    expect(tab.client.state).toMatchObject({ status: 'signed-out', reason: 'timed_out' });
  });
});

describe('the time to answer', () => {
  it('is a third of a short life, and never less than twenty seconds', async () => {
    for (const [timeout, lead] of [
      [2 * minute, 40],
      [30 * second, 20],
    ] as const) {
      const world = createWorld({ policy: { inactivityTimeout: timeout } });
      const [tab] = await signedInTabs(world, 1, { renew: 'ask' });
      await world.time.advance(timeout - (lead + 4) * second);
      expect(endingOf(tab)).toBeUndefined();
      await world.time.advance(5 * second);
      expect(endingOf(tab)).toBeDefined();
    }
  });
});
