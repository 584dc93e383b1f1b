/**
 * A session that is ended while it is refreshed, in a thousand orders: whoever asks the store waits there, and who goes on first is left
 * to chance, by a seed. Real stores have races of their own in `test/races`.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/stores/memory/index.ts';
import type { Store } from '../../src/stores/store.ts';
import { createRandom } from '../client/world/random.ts';
import { openServer, type ServerOptions, type TestServer, type Tokens } from './open-server.ts';

const schedules = 250;
const gated: ReadonlySet<PropertyKey> = new Set(['updateSessions', 'findSessions', 'updateSubject', 'findSubject']);

/** A store at which everybody waits while an interleaving is under way. */
function createGate(store: Store) {
  const waiting: (() => void)[] = [];
  let isOpen = true;
  const gatedStore = new Proxy(store, {
    get: (target, name) => {
      const member: unknown = target[name as keyof Store];
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as (...args: unknown[]) => unknown;
      if (!gated.has(name)) return method;
      return async (...args: unknown[]) => {
        if (!isOpen) await new Promise<void>((pass) => waiting.push(pass));
        return method(...args);
      };
    },
  });
  /** Does `acts` at once, and lets whoever `choose` says go on at each step. */
  const interleave = async (acts: readonly (() => Promise<unknown>)[], choose: (count: number) => number) => {
    isOpen = false;
    let isDone = false;
    const all = Promise.all(acts.map((act) => act())).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await turn();
      for (const pass of waiting.splice(choose(waiting.length), 1)) pass();
    }
    isOpen = true;
    await all;
  };
  return { gatedStore, interleave };
}

type End = (server: TestServer, tokens: Tokens, subject: string) => Promise<unknown>;

const ends: readonly End[] = [
  ({ ask }, { access_token }) => ask('POST', '/logout', { bearer: access_token }),
  ({ ask }, { refresh_token }) => ask('POST', '/logout', { form: { refresh_token } }),
  ({ auth }, _tokens, subject) => auth.revokeSessions(subject),
];

const kinds: Readonly<Record<string, ServerOptions>> = {
  'stored sessions': {},
  'stored sessions and a host that is asked': { onRefresh: async () => ({ allowed: true }) },
  'stateless sessions': { mode: 'stateless', allowBearerRefresh: true },
  'stateless sessions and a host that is asked': {
    mode: 'stateless',
    allowBearerRefresh: true,
    onRefresh: async () => ({ allowed: true }),
  },
};

/** Refreshes again and again, for as long as it is let, and notes every token that it is given. */
async function refreshOn({ refresh }: TestServer, { refresh_token }: Tokens, given: string[]): Promise<void> {
  for (let token = refresh_token, times = 0; times < 3; times += 1) {
    const { status, body } = await refresh(token);
    if (status !== 200) return;
    token = body.refresh_token;
    given.push(token);
  }
}

describe.each(Object.entries(kinds))('with %s', (_kind, options) => {
  it('no token of a session is good once its end is answered, whatever refresh was under way', async () => {
    let now = Date.UTC(2026, 10, 26);
    const { gatedStore, interleave } = createGate(createMemoryStore({ clock: () => now }));
    const server = await openServer({ ...options, store: gatedStore });
    let refreshedFirst = 0;
    for (let schedule = 0; schedule < schedules; schedule += 1) {
      const random = createRandom(schedule);
      const username = `user-${schedule}`;
      const tokens = await server.login({ username });
      const given = [tokens.refresh_token];
      const end = () => ends[schedule % ends.length]?.(server, tokens, `id-of-${username}`) ?? Promise.reject();
      const refreshing = () => refreshOn(server, tokens, given);
      await interleave([refreshing, end, refreshing], (count) => Math.floor(random() * count));
      if (given.length > 1) refreshedFirst += 1;
      for (const token of new Set(given))
        expect([schedule, (await server.refresh(token)).status]).toEqual([schedule, 400]);
      now += 60_000;
    }
    // Not all one way: else nothing would have been under way.
    expect(refreshedFirst).toBeGreaterThan(schedules / 10);
  });
});
