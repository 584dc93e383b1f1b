import { describe, expect, it } from 'vitest';
import { findGrowth, type MemoryLook } from './find-growth.ts';

/** Looks at every tenth of a million things. */
const looksOf = (memory: (done: number) => Omit<MemoryLook, 'done'>): MemoryLook[] =>
  Array.from({ length: 11 }, (_, tenth) => ({ done: tenth * 100_000, ...memory(tenth * 100_000) }));

describe('the memory of a long run', () => {
  it('may grow at first, and may go up and down', () => {
    const warming = looksOf((done) => ({ held: done < 200_000 ? 9 : 12.6, resident: done < 200_000 ? 90 : 129 }));
    expect(findGrowth(warming)).toEqual([]);
    const swinging = looksOf((done) => ({ held: done % 200_000 ? 12.9 : 12.4, resident: done % 200_000 ? 131 : 129 }));
    expect(findGrowth(swinging)).toEqual([]);
  });

  it('may not go on growing, were it by one number for each thing done', () => {
    const bytesEach = (bytes: number) => (done: number) => (done * bytes) / 1024 ** 2;
    const inHeap = looksOf((done) => ({ held: 12 + bytesEach(8)(done), resident: 129 }));
    expect(findGrowth(inHeap)).toEqual(['held memory grew by 3.8 MB from 500000 to 1000000']);
    const outside = looksOf((done) => ({ held: 12, resident: 129 + bytesEach(16)(done) }));
    expect(findGrowth(outside)).toEqual(['resident memory grew by 7.6 MB from 500000 to 1000000']);
  });

  it('has to be looked at', () => {
    expect(findGrowth([])).not.toEqual([]);
  });
});
