import { beforeEach, describe, expect, it } from 'vitest';
import { type AttemptFrom, createSignInThrottle, type SignInThrottle } from './sign-in-throttle.ts';

const upTo = (length: number) => Array.from({ length }, (_, index) => index);
const ada = { account: 'ada', network: '192.0.2.1' };
const laptop = { ...ada, knownDevice: 'laptop' };

let throttle: SignInThrottle;
beforeEach(() => {
  throttle = createSignInThrottle();
});

const fail = (from: AttemptFrom) => throttle.attempt(from, async () => undefined);
const pass = (from: AttemptFrom) => throttle.attempt(from, async () => 'value');
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
