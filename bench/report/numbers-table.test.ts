import { describe, expect, it } from 'vitest';
import { withNumbers } from './numbers-table.ts';
import type { ResultFile } from './result-file.ts';

const readme = 'Before.\n<!-- numbers: written by npm run bench -->\nold\n<!-- end of numbers -->\nAfter.\n';

const result: ResultFile = {
  name: 'sample',
  title: 'a sample',
  command: 'npm run bench -- sample',
  measuredAt: '2026-01-02',
  machine: '2 cores',
  findings: [
    { what: 'ours / theirs', unit: '×', runs: [3, 2, 4], bar: { atLeast: 2.5 } },
    { what: 'p99', unit: 'ms', runs: [120], bar: { atMost: 100 } },
    { what: 'theirs', unit: '/s', runs: [1000] },
  ],
  evidence: [],
};

describe('the numbers in the README', () => {
  it('replace the old ones, and nothing else: a row for each figure that has a bar, and where they are from', () => {
    expect(withNumbers(readme, [result]).split('\n')).toEqual([
      'Before.',
      '<!-- numbers: written by npm run bench -->',
      '| | measured | bar |',
      '|---|---|---|',
      '| a sample: ours / theirs | 3 × (2 to 4) | at least 2.5 × |',
      '| a sample: p99 | 120 ms | at most 100 ms **missed** |',
      '',
      'Medians (least to most) of the runs on 2 cores, 2026-01-02.',
      '<!-- end of numbers -->',
      'After.',
      '',
    ]);
  });

  it('are the same when they are written again', () => {
    const once = withNumbers(readme, [result]);
    expect(withNumbers(once, [result])).toBe(once);
  });

  it('are not written into a README without a place for them', () => {
    expect(() => withNumbers('Nothing here.', [result])).toThrow('no "<!-- numbers');
  });
});
