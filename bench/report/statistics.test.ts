import { describe, expect, it } from 'vitest';
import { median, quantile, ratios } from './statistics.ts';

describe('the median', () => {
  it('is the value in the middle, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([7])).toBe(7);
  });

  it('lies between the two in the middle where there are two', () => {
    expect(median([10, 1, 2, 3])).toBe(2.5);
  });

  it('leaves the runs as they were', () => {
    const runs = [3, 1, 2];
    median(runs);
    expect(runs).toEqual([3, 1, 2]);
  });

  it('does not exist where nothing was measured', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('ratios', () => {
  it('are made run by run', () => {
    expect(ratios([10, 30], [5, 10])).toEqual([2, 3]);
  });

  it('are not made of figures of different runs', () => {
    expect(() => ratios([1, 2], [1])).toThrow(RangeError);
  });
});

describe('a quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is a value that was measured, which the share does not exceed', () => {
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile(hundred, 0.5)).toBe(50);
  });

  it('ends at the greatest and begins at the least', () => {
    expect(quantile(hundred, 1)).toBe(100);
    expect(quantile(hundred, 0)).toBe(1);
    expect(quantile([7], 0.99)).toBe(7);
  });

  it('does not exist where nothing was measured', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});
