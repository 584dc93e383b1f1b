import { describe, expect, it } from 'vitest';
import type { Finding, Line } from '../line.ts';
import { isMissed } from './bars.ts';
import { formatResult } from './format-result.ts';

const line: Line = { name: 'sample', title: 'a sample', measure: () => Promise.reject(new Error('not asked')) };

const ratio = (runs: readonly number[], bar?: Finding['bar']): Finding => ({ what: 'ours', unit: '×', runs, bar });

describe('a bar', () => {
  it('is reached by the median, not by the best run', () => {
    expect(isMissed(ratio([0.1, 0.2, 0.9], { atLeast: 0.25 }))).toBe(true);
    expect(isMissed(ratio([0.1, 0.25, 0.9], { atLeast: 0.25 }))).toBe(false);
  });

  it('may be an upper one', () => {
    expect(isMissed(ratio([3], { atMost: 3 }))).toBe(false);
    expect(isMissed(ratio([3.01], { atMost: 3 }))).toBe(true);
  });

  it('is missed by what is no number', () => {
    expect(isMissed(ratio([Number.NaN], { atMost: 3 }))).toBe(true);
  });

  it('is not missed where there is none', () => {
    expect(isMissed(ratio([0]))).toBe(false);
  });
});

describe('a result in a terminal', () => {
  it('has a row for each finding, with median, spread, bar and verdict, and what it rests on', () => {
    const findings: Finding[] = [
      ratio([0.3, 0.31, 0.2912], { atLeast: 0.25 }),
      { what: 'a bare server', unit: '/s', runs: [12_345.6] },
    ];
    expect(formatResult(line, { findings, evidence: ['100 rows'] }).split('\n')).toEqual([
      '',
      'a sample',
      '  ours            0.3 × (0.291 to 0.31)   at least 0.25 ×   reached',
      '  a bare server   12,346 /s',
      '  · 100 rows',
      '',
    ]);
  });

  it('says where a bar is missed', () => {
    const text = formatResult(line, { findings: [ratio([4], { atMost: 3 })], evidence: [] });
    expect(text).toContain('4 ×   at most 3 ×   missed');
  });
});
