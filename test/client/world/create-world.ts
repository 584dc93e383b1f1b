/**
 * A world for one test: time, a server and a browser.
 */
import type { ClientOptions } from '../../../src/client/options.ts';
import { FakeBrowser, type FakeBrowserOptions, type FakeTab } from './fake-browser.ts';
import { FakeServer, type FakeServerOptions } from './fake-server.ts';
import { createRandom } from './random.ts';
import { VirtualTime } from './virtual-time.ts';

export interface WorldOptions extends Omit<FakeServerOptions, 'now'>, Pick<FakeBrowserOptions, 'without'> {
  readonly seed?: number;
}

export interface World {
  readonly time: VirtualTime;
  readonly server: FakeServer;
  readonly browser: FakeBrowser;
}

export function createWorld({ seed = 1, without = [], ...options }: WorldOptions = {}): World {
  const time = new VirtualTime();
  const server = new FakeServer({ ...options, now: () => 1_800_000_000_000 + Math.floor(time.now) });
  const browser = new FakeBrowser({ time, server, random: createRandom(seed), without });
  return { time, server, browser };
}

/** Opens tabs, signs `username` in in the first, and lets the others learn of it. */
export async function signedInTabs(
  { time, browser }: World,
  count: number,
  { username = 'alice', ...options }: Partial<ClientOptions> & { readonly username?: string } = {},
): Promise<readonly [FakeTab, ...FakeTab[]]> {
  const first = browser.openTab(options);
  await time.until(first.client.start());
  const others = Array.from({ length: count - 1 }, () => browser.openTab(options));
  await time.until(Promise.all(others.map(({ client }) => client.start())));
  await time.until(first.client.signIn({ username, password: 'secret' }));
  await time.advance(1000);
  // Where nobody could tell them, the others learn of it when they are shown.
  for (const tab of others) tab.signal('focus');
  await time.advance(1000);
  return [first, ...others];
}
