/**
 * Ten tabs, two users and a network that loses, delays and repeats, for hours, by chance: whatever happens, nobody is signed out
 * who did not sign out, no request is served twice or as another user, and refreshes are few.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Client, SessionEndedError } from '../../src/client/index.ts';
import { createWorld, signedInTabs, type World } from './world/create-world.ts';
import type { FakeTab, Fault } from './world/fake-browser.ts';
import type { FakeServer } from './world/fake-server.ts';

const minute = 60_000;
const account = 'https://bank.example/account';

type Event =
  | { readonly kind: 'requests'; readonly tabs: number; readonly each: number }
  | { readonly kind: 'activity'; readonly tab: number }
  | { readonly kind: 'freeze' | 'thaw' | 'replace'; readonly tab: number }
  | { readonly kind: 'sleep' | 'offline' | 'wait'; readonly milliseconds: number }
  | { readonly kind: 'clock'; readonly milliseconds: number };

const tab = fc.nat({ max: 9 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('requests' as const),
      tabs: fc.integer({ min: 1, max: 10 }),
      each: fc.integer({ min: 1, max: 3 }),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ kind: fc.constant('activity' as const), tab }), weight: 2 },
  {
    arbitrary: fc.record({ kind: fc.constantFrom('freeze' as const, 'thaw' as const, 'replace' as const), tab }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom('sleep' as const, 'offline' as const),
      milliseconds: fc.integer({ min: 1000, max: 120 * minute }),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      milliseconds: fc.integer({ min: 100, max: 20 * minute }),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      milliseconds: fc.integer({ min: -360 * minute, max: 360 * minute }),
    }),
    weight: 1,
  },
);

/** A request that is not the client's own is only ever lost before it arrives. */
function faultsBy(random: () => number): (path: string) => Fault | undefined {
  return (path) => {
    const chance = random();
    if (path === '/token') return tokenFaults.find(({ below }) => chance < below)?.fault(random);
    return chance < 0.02 ? { kind: 'lose-request' } : undefined;
  };
}

const tokenFaults: readonly { readonly below: number; readonly fault: (random: () => number) => Fault }[] = [
  { below: 0.05, fault: () => ({ kind: 'lose-request' }) },
  { below: 0.12, fault: () => ({ kind: 'lose-response' }) },
  { below: 0.15, fault: () => ({ kind: 'duplicate' }) },
  { below: 0.2, fault: (random) => ({ kind: 'delay', milliseconds: random() * 15_000 }) },
  { below: 0.22, fault: () => ({ kind: 'refuse', status: 429, retryAfter: 3 }) },
  { below: 0.25, fault: () => ({ kind: 'refuse', status: 503 }) },
];

interface Run {
  readonly world: World;
  readonly tabs: FakeTab[];
  readonly marks: string[];
  readonly outcomes: unknown[];
}

async function play(event: Event, run: Run): Promise<void> {
  const { world, tabs } = run;
  const { time, browser } = world;
  if ('tab' in event) return playInTab(event.kind, event.tab, tabs, world);
  if (event.kind === 'requests') await ask(event.tabs, event.each, run);
  else if (event.kind === 'clock') await setClock(event.milliseconds, world);
  else if (event.kind === 'sleep') await browser.sleep(event.milliseconds);
  else if (event.kind === 'offline') await browser.goOffline(event.milliseconds);
  else await time.advance(event.milliseconds);
}

function playInTab(
  kind: 'activity' | 'freeze' | 'thaw' | 'replace',
  index: number,
  tabs: FakeTab[],
  { browser }: World,
): void {
  const tab = tabs[index];
  if (kind === 'activity') tab?.signal('pointerdown');
  else if (kind !== 'replace') tab?.[kind]();
  else {
    // It is closed, whatever it was doing, and another one opened.
    tab?.close();
    const next = browser.openTab();
    tabs[index] = next;
    void next.client.start();
  }
}

async function ask(count: number, each: number, { world, tabs, marks, outcomes }: Run): Promise<void> {
  const clients = tabs.slice(0, count).flatMap(({ client }) => Array.from({ length: each }, () => client));
  for (const client of clients) {
    const mark = `m${marks.length}`;
    marks.push(mark);
    client.fetch(`${account}?mark=${mark}`).then(
      ({ status }) => outcomes.push(status),
      (error) => outcomes.push(error instanceof SessionEndedError ? 'ended' : 'network'),
    );
  }
  await world.time.advance(1000);
}

/** While the machine is awake: what is set in its sleep cannot be told from a shorter sleep. */
async function setClock(milliseconds: number, { time, browser }: World): Promise<void> {
  browser.wallOffset += milliseconds;
  for (const tab of browser.tabs) tab.signal('focus');
  await time.advance(1000);
}

function askAsOwner(client: Client): void {
  const { state } = client;
  const owner = state.status === 'signed-in' ? state.subject : 'nobody';
  client.fetch(`${account}?mark=${owner}`).catch(() => undefined);
}

function comeOrGo(
  act: 'alice' | 'bob' | 'out' | 'revoke' | 'wait',
  client: Client | undefined,
  server: FakeServer,
): void {
  if (act === 'out') void client?.signOut();
  else if (act === 'revoke') for (const sid of server.sessions.keys()) server.revoke(sid);
  else if (act !== 'wait') void client?.signIn({ username: act, password: 'secret' });
}

async function calmDown({ time, browser }: World, tabs: readonly FakeTab[]): Promise<void> {
  browser.fault = () => undefined;
  for (const tab of tabs) tab.thaw();
  await time.advance(3 * minute);
}

/** The same worlds each time; another seed explores others. */
const worlds = 20_261_123;

describe('ten tabs and a network that fails', () => {
  it.each([[[]], [['locks']], [['channels']]] as const)(
    'sign nobody out, and serve each request once and as the user who made it, without %j',
    async (without) => {
      const property = fc.asyncProperty(fc.integer(), fc.array(event, { maxLength: 30 }), async (seed, events) => {
        const world = createWorld({ seed, without });
        const { time, browser, server } = world;
        const tabs: FakeTab[] = [...(await signedInTabs(world, 10))];
        const run: Run = { world, tabs, marks: [], outcomes: [] };
        browser.fault = faultsBy(browser.random);
        for (const event of events) await play(event, run);
        await calmDown(world, tabs);
        expect(server.outcomes).not.toContain('replayed');
        for (const { client } of tabs)
          expect(client.state).toMatchObject({ status: 'signed-in', subject: 'user-alice' });
        const responses = await time.until(Promise.all(tabs.map(({ client }) => client.fetch(account))));
        expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
        const served = server.served.filter(({ mark }) => mark !== '');
        expect(new Set(served.map(({ mark }) => mark)).size).toBe(served.length);
        expect(run.outcomes.filter((outcome) => outcome !== 200 && outcome !== 'network')).toEqual([]);
      });
      await fc.assert(property, { seed: worlds, numRuns: 25 });
    },
    120_000,
  );

  it('refresh once for all of them where nothing fails', async () => {
    const property = fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 10 }), async (seed, count) => {
      const world = createWorld({ seed });
      const { time, server } = world;
      const tabs = await signedInTabs(world, count);
      for (let round = 1; round <= 5; round += 1) {
        await time.advance(16 * minute);
        const requests = tabs.flatMap(({ client }) => [client.fetch(account), client.fetch(account)]);
        const responses = await time.until(Promise.all(requests));
        expect(responses.every(({ ok }) => ok)).toBe(true);
        expect(server.countOf('POST /token')).toBe(round);
      }
    });
    await fc.assert(property, { seed: worlds, numRuns: 15 });
  }, 120_000);

  it('make no request as another user, whoever signs in and out in whichever tab', async () => {
    const step = fc.record({
      tab: fc.nat({ max: 4 }),
      act: fc.constantFrom('alice' as const, 'bob' as const, 'out' as const, 'revoke' as const, 'wait' as const),
      pause: fc.integer({ min: 0, max: 20 * minute }),
    });
    const property = fc.asyncProperty(fc.integer(), fc.array(step, { maxLength: 15 }), async (seed, steps) => {
      const world = createWorld({ seed });
      const { time, browser, server } = world;
      const tabs = await signedInTabs(world, 5);
      browser.fault = faultsBy(browser.random);
      for (const { tab, act, pause } of steps) {
        for (const { client } of tabs) askAsOwner(client);
        comeOrGo(act, tabs[tab]?.client, server);
        await time.advance(pause);
      }
      await calmDown(world, tabs);
      expect(server.served.filter(({ mark, subject }) => !['nobody', subject].includes(mark))).toEqual([]);
      expect(new Set(tabs.map(({ client }) => client.state.status)).size).toBe(1);
    });
    await fc.assert(property, { seed: worlds, numRuns: 60 });
  }, 120_000);
});
