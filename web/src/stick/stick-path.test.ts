import { describe, expect, it } from 'vitest';
import { notchesSoFar, stickPath } from './stick-path.ts';

const cutsIn = (path: string) => path.match(/L[\d.]+ 13/g)?.length ?? 0;

describe('stickPath', () => {
  it('cuts one V for each notch', () => {
    expect(cutsIn(stickPath([]))).toBe(0);
    expect(cutsIn(stickPath([0.25, 0.5, 0.75]))).toBe(3);
  });

  it('is closed', () => {
    expect(stickPath([0.5])).toMatch(/^M.*Z$/);
  });
});

describe('notchesSoFar', () => {
  it('leaves every notch in its place when the next is cut', () => {
    expect(notchesSoFar(3, 0.1).slice(0, 2)).toEqual(notchesSoFar(2, 0.1));
  });

  it('cuts no notch past the end of the stick', () => {
    expect(notchesSoFar(40, 0.1)).toHaveLength(9);
  });
});
