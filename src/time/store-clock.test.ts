import { expect, it } from 'vitest';
import { createStoreClock } from './store-clock.ts';

it('goes on from the latest reading by the monotonic clock, in whole milliseconds', () => {
  let elapsed = 50.25;
  const clock = createStoreClock(1_000_000, () => elapsed);
  elapsed += 20.5;
  expect(clock.now()).toBe(1_000_021);
  clock.observe(900_000);
  elapsed += 7;
  expect(clock.now()).toBe(900_007);
});

it('is long behind any store before its first reading', () => {
  const clock = createStoreClock();
  expect(clock.now()).toBeLessThan(Date.parse('1971-01-01'));
  clock.observe(Date.parse('2030-01-01'));
  expect(clock.now()).toBeGreaterThanOrEqual(Date.parse('2030-01-01'));
});
