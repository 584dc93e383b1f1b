import { describe, expect, it } from 'vitest';
import { createNameFilter } from './name-filter.ts';

const names = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe('a name filter', () => {
  it('never denies a name that was added, however many there are', () => {
    const filter = createNameFilter(16);
    for (const name of names(5000, 'added')) filter.add(name);
    expect(names(5000, 'added').every((name) => filter.mayHold(name))).toBe(true);
  });

  it('denies nearly all others, even when it is full', () => {
    const filter = createNameFilter(5000);
    for (const name of names(5000, 'added')) filter.add(name);
    const taken = names(5000, 'other').filter((name) => filter.mayHold(name));
    expect(taken.length).toBeLessThan(5000 / 6);
    expect(createNameFilter(5000).mayHold('any')).toBe(false);
  });

  it('is full when it was given more names than it has room for', () => {
    const filter = createNameFilter(2);
    const fill = names(3, 'added').map((name) => {
      filter.add(name);
      return filter.isFull;
    });
    expect(fill).toEqual([false, false, true]);
  });
});
