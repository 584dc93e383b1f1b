import { describe, expect, it } from 'vitest';
import type { DrillResult } from './run-drill.ts';
import { isHarmless, summarizeDrills } from './summarize-drills.ts';

const harmless: DrillResult = {
  answers: { rotate: 10, '503': 1 },
  signedOut: 0,
  signOuts: 3,
  undone: 0,
  broken: [],
  recoveredAfter: 500,
};

describe('the table of a fault', () => {
  it('has the median and the spread of every figure', () => {
    const slower = { ...harmless, answers: { rotate: 4, '502': 2 }, recoveredAfter: 2_000 };
    const table = summarizeDrills([harmless, slower, harmless]);
    expect(table.refreshes).toEqual({ median: 11, least: 6, most: 11, 'in all': 28 });
    expect(table['status 502']).toEqual({ median: 0, least: 0, most: 2, 'in all': 2 });
    expect(table['recovered after (s)']).toEqual({ median: 0.5, least: 0.5, most: 2, 'in all': 3 });
  });

  it.each([{ signedOut: 1 }, { undone: 1 }, { broken: ['a lineage was made twice'] }])(
    'shows the harm of a single round: %o',
    (harm) => {
      expect(isHarmless(summarizeDrills([harmless, harmless]))).toBe(true);
      expect(isHarmless(summarizeDrills([harmless, { ...harmless, ...harm }, harmless]))).toBe(false);
    },
  );
});
