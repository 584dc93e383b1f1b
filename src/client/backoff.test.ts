import { expect, it } from 'vitest';
import { backoff } from './backoff.ts';

it('doubles with each failure, up to a minute', () => {
  expect([0, 1, 2, 3, 20].map((attempt) => backoff(attempt, 0, 1))).toEqual([500, 1000, 2000, 4000, 60_000]);
});

it('leaves half of it to chance', () => {
  expect(backoff(3, 0, 0)).toBe(2000);
});

it('never comes sooner than the server asked for', () => {
  expect(backoff(0, 30_000, 0)).toBe(30_250);
});
