import { expect, it } from 'vitest';
import { randomId } from './random-id.ts';

it('an id is of 16 bytes, and no two are alike however many are drawn', () => {
  const ids = Array.from({ length: 100_000 }, randomId);
  expect(ids.every((id) => Buffer.from(id, 'base64url').length === 16)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

it('every bit of an id is as often 0 as 1', () => {
  const count = 20_000;
  const ones = Array<number>(128).fill(0);
  for (let index = 0; index < count; index += 1) {
    const bytes = Buffer.from(randomId(), 'base64url');
    for (let bit = 0; bit < 128; bit += 1) ones[bit] = (ones[bit] ?? 0) + (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1);
  }
  // Seven standard deviations: by chance once in some billion runs.
  for (const sum of ones) expect(Math.abs(sum - count / 2)).toBeLessThan((7 * Math.sqrt(count)) / 2);
});
