import { createSecretKey } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../stores/memory/index.ts';
import type { Store } from '../../stores/store.ts';
import { StoreError } from '../../stores/store-error.ts';
import type { AttemptFrom } from './attempt-limits.ts';
import { createSignInThrottle, type SignInThrottle, type SignInThrottleOptions } from './sign-in-throttle.ts';

const upTo = (length: number) => Array.from({ length }, (_, index) => index);
const ada = { account: 'ada', network: '192.0.2.1' };
const laptop = { ...ada, knownDevice: 'laptop' };

const secret = createSecretKey(Buffer.alloc(32, 7));

let store: Store;
let throttle: SignInThrottle;
/** What the store's clock and the process's are ahead of their real ones, in milliseconds. */
let ahead: number;
beforeEach(() => {
  ahead = 0;
  store = createMemoryStore({ clock: () => Date.now() + ahead });
  throttle = createServer();
});

const createServer = (changes: Partial<SignInThrottleOptions> = {}) =>
  createSignInThrottle({
    store,
    secret,
    assertRoom: () => {},
    monotonic: () => performance.now() + ahead,
    ...changes,
  });

const fail = (from: AttemptFrom, server = throttle) => server.attempt(from, async () => undefined);
const pass = (from: AttemptFrom, server = throttle) => server.attempt(from, async () => 'value');
const failTimes = async (count: number, from: (index: number) => AttemptFrom) => {
  for (const index of upTo(count)) await fail(from(index));
};

describe('the sign-in throttle', () => {
  it('passes on what a check gives', async () => {
    expect(await pass(ada)).toEqual({ kind: 'passed', value: 'value' });
    expect(await fail(ada)).toEqual({ kind: 'failed' });
  });

  it('takes ten failures of an account and a network in ten minutes', async () => {
    await failTimes(10, () => ada);
    const result = await pass(ada);
    expect(result.kind).toBe('throttled');
    expect(result.kind === 'throttled' && result.retryAfterSeconds).toBeGreaterThan(590);
    expect(await pass({ ...ada, network: '192.0.2.2' })).toMatchObject({ kind: 'passed' });
  });

  it('takes a hundred failures of an account, from wherever', async () => {
    await failTimes(100, (index) => ({ ...ada, network: `198.51.100.${index}` }));
    expect((await pass(ada)).kind).toBe('throttled');
    expect((await pass(laptop)).kind).toBe('passed');
  });

  it('takes a hundred failures of a network, of whatever account, and lets known devices there alone', async () => {
    await failTimes(100, (index) => ({ ...ada, account: `user-${index}` }));
    expect((await pass(ada)).kind).toBe('throttled');
    expect((await pass(laptop)).kind).toBe('passed');
    expect((await pass({ ...ada, network: '192.0.2.2' })).kind).toBe('passed');
  });

  it('counts a known device by itself', async () => {
    await failTimes(10, () => laptop);
    expect((await pass(laptop)).kind).toBe('throttled');
    expect((await pass(ada)).kind).toBe('passed');
    expect((await pass({ ...ada, knownDevice: 'phone' })).kind).toBe('passed');
  });

  it('takes a hundred failures of an account, and not ten, where nobody knows the network', async () => {
    const nowhere = { ...ada, network: '' };
    await failTimes(99, () => nowhere);
    expect(await pass(nowhere)).toMatchObject({ kind: 'passed' });
    await failTimes(100, () => nowhere);
    expect((await pass(nowhere)).kind).toBe('throttled');
  });

  it('does not take all who have no address for one network', async () => {
    await failTimes(150, (index) => ({ account: `user-${index}`, network: '' }));
    expect((await pass({ account: 'ada', network: '' })).kind).toBe('passed');
  });

  it('runs no more checks at once than failures are left, and lets the others wait for them', async () => {
    let underWay = 0;
    let most = 0;
    const results = await Promise.all(
      upTo(100).map(() =>
        throttle.attempt(ada, async () => {
          underWay += 1;
          most = Math.max(most, underWay);
          await new Promise(setImmediate);
          underWay -= 1;
          return 'value';
        }),
      ),
    );
    expect(most).toBe(10);
    expect(results.every(({ kind }) => kind === 'passed')).toBe(true);
  });

  it('lets a thousand wait and no more', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const attempts = upTo(1_020).map(() => throttle.attempt(ada, () => promise));
    const refused = await Promise.race(attempts.slice(1_010));
    expect(refused).toEqual({ kind: 'throttled', retryAfterSeconds: 1 });
    resolve('value');
    const results = await Promise.all(attempts);
    expect(results.filter(({ kind }) => kind === 'passed')).toHaveLength(1_010);
  });

  it('counts a check that throws neither way, and hands on what it threw', async () => {
    const objection = new Error('the store is away');
    for (const _ of upTo(30)) {
      await expect(
        throttle.attempt(ada, () => {
          throw objection;
        }),
      ).rejects.toBe(objection);
    }
    expect((await pass(ada)).kind).toBe('passed');
  });

  it('is not held up by a check of another account that takes long', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const slow = upTo(10).map(() => throttle.attempt(ada, () => promise));
    expect((await pass({ ...ada, account: 'bob' })).kind).toBe('passed');
    resolve('value');
    await Promise.all(slow);
  });
});

describe('the sign-in throttles of two servers on one store', () => {
  it('have ten of five hundred guesses at once checked', async () => {
    const servers = [throttle, createServer()];
    const results = await Promise.all(upTo(250).flatMap(() => servers.map((server) => fail(ada, server))));
    expect(results.filter(({ kind }) => kind === 'failed')).toHaveLength(10);
    expect(results.filter(({ kind }) => kind === 'throttled')).toHaveLength(490);
  });

  it('let in all of many honest sign-ins at once, ten at a time', async () => {
    const servers = [throttle, createServer()];
    let underWay = 0;
    let most = 0;
    const check = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return 'value';
    };
    const results = await Promise.all(upTo(30).flatMap(() => servers.map((server) => server.attempt(ada, check))));
    expect(results.every(({ kind }) => kind === 'passed')).toBe(true);
    expect(most).toBe(10);
  });

  it('make good for each other’s failures by a success', async () => {
    const other = createServer();
    for (const _ of upTo(3)) {
      for (const _ of upTo(9)) await fail(ada);
      expect(await pass(ada, other)).toMatchObject({ kind: 'passed' });
    }
  });

  it('take no place from others in a network where an account is refused', async () => {
    await failTimes(100, (index) => ({ ...ada, network: `198.51.100.${index}` }));
    for (const _ of upTo(100)) expect(await pass(ada, createServer())).toMatchObject({ kind: 'throttled' });
    expect(await pass({ ...ada, account: 'bob' })).toMatchObject({ kind: 'passed' });
  });

  it('leave no place taken for ever by attempts whose process has died', async () => {
    const dead = createServer();
    for (const _ of upTo(10)) void dead.attempt(ada, () => new Promise(() => {}));
    const waiting = pass(ada);
    await new Promise(setImmediate);
    ahead = 31_000;
    expect(await waiting).toMatchObject({ kind: 'passed' });
  });
});

describe('a sign-in throttle and its store', () => {
  /** Counts what the store is asked, and has a method fail while it is told to. */
  function watch() {
    const watched = { asked: 0, failing: '' };
    const watching = (name: 'startAttempts' | 'endAttempts') => async (steps: never) => {
      watched.asked += 1;
      if (watched.failing === name) throw new StoreError('away');
      return store[name](steps);
    };
    const counters = { startAttempts: watching('startAttempts'), endAttempts: watching('endAttempts') };
    throttle = createServer({
      store: counters as Pick<Store, 'startAttempts' | 'endAttempts'>,
      assertRoom: () => {
        if (watched.failing === 'assertRoom') throw new Error('there is no room');
      },
    });
    return watched;
  }

  it('are asked nothing for those who are refused, until the failures are over', async () => {
    const watched = watch();
    await failTimes(10, () => ada);
    await fail(ada);
    const { asked } = watched;
    const results = await Promise.all(upTo(1_000).map(() => pass(ada)));
    expect(results.every(({ kind }) => kind === 'throttled')).toBe(true);
    expect(watched.asked).toBe(asked);
    ahead = 600_000;
    expect(await pass(ada)).toMatchObject({ kind: 'passed' });
  });

  it('are asked by no more attempts at once than may fail', async () => {
    const watched = watch();
    const results = upTo(500).map(() => fail(ada));
    expect(watched.asked).toBe(10);
    await Promise.all(results);
    // Ten starts and ends, and those who came just after them and were refused.
    expect(watched.asked).toBeLessThanOrEqual(40);
  });

  it('are asked nothing for those whom nobody has time to check', async () => {
    const watched = watch();
    watched.failing = 'assertRoom';
    for (const _ of upTo(15)) await expect(pass(ada)).rejects.toThrow('there is no room');
    expect(watched.asked).toBe(0);
    watched.failing = '';
    expect(await pass(ada)).toMatchObject({ kind: 'passed' });
  });

  it('run no check that they cannot count', async () => {
    watch().failing = 'startAttempts';
    let checks = 0;
    const check = async () => {
      checks += 1;
      return 'value';
    };
    for (const _ of upTo(15)) await expect(throttle.attempt(ada, check)).rejects.toThrow(StoreError);
    expect(checks).toBe(0);
  });

  it('say neither yes nor no where they cannot count what it came to', async () => {
    const watched = watch();
    watched.failing = 'endAttempts';
    await expect(fail(ada)).rejects.toThrow(StoreError);
    await expect(pass(ada)).rejects.toThrow(StoreError);
    watched.failing = '';
    expect(await pass(ada)).toMatchObject({ kind: 'passed' });
  });

  it('keep no place here for attempts that could not be counted', async () => {
    const watched = watch();
    for (const failing of ['startAttempts', 'endAttempts']) {
      watched.failing = failing;
      for (const _ of upTo(10)) await expect(pass(ada)).rejects.toThrow(StoreError);
    }
    watched.failing = '';
    ahead = 31_000;
    expect(await pass(ada)).toMatchObject({ kind: 'passed' });
  });
});
