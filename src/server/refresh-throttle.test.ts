import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createRefreshThrottle } from './refresh-throttle.ts';

function setUp() {
  let now = 5_000;
  const throttle = createRefreshThrottle(() => now);
  return {
    refreshTimes: (count: number, sid = 'one') => {
      let waits = 0;
      for (let index = 0; index < count; index += 1) waits = throttle.secondsToWait(sid);
      return waits;
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

it('lets five thousand refreshes of a session through in ten seconds, and tells the next how long to wait', () => {
  const { refreshTimes, pass } = setUp();
  expect(refreshTimes(5_000)).toBe(0);
  expect(refreshTimes(1)).toBe(10);
  pass(8_500);
  expect(refreshTimes(1)).toBe(2);
});

it('takes them again once the time has passed', () => {
  const { refreshTimes, pass } = setUp();
  refreshTimes(20_000);
  pass(10_000);
  expect(refreshTimes(5_000)).toBe(0);
  expect(refreshTimes(1)).toBe(10);
});

it('counts each session by itself', () => {
  const { refreshTimes } = setUp();
  refreshTimes(20_000, 'one');
  expect(refreshTimes(1_000, 'other')).toBe(0);
});

it('holds back next to nobody beside a session in a loop, and nobody where a hundred thousand refresh', () => {
  const { refreshTimes } = setUp();
  const ids = Array.from({ length: 100_000 }, () => randomBytes(16).toString('base64url'));
  expect(ids.filter((id) => refreshTimes(1, id) > 0)).toEqual([]);
  refreshTimes(20_000, ids[0]);
  // One in 65,536 shares its counter, by chance: more than twenty of these come once in far more runs than there will be.
  expect(ids.filter((id) => refreshTimes(1, id) > 0).length).toBeLessThan(20);
});
