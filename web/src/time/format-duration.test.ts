import { describe, expect, it } from 'vitest';
import { formatCountdown, formatDuration } from './format-duration.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 seconds'],
    [-5_000, '0 seconds'],
    [999, '0 seconds'],
    [1_000, '1 second'],
    [59_999, '59 seconds'],
    [60_000, '1 minute'],
    [843_000, '14 minutes 3 seconds'],
    [3_600_000, '1 hour'],
    [3_659_000, '1 hour'],
    [90_061_000, '1 day 1 hour'],
    [2_591_999_000, '29 days 23 hours'],
  ])('says %i ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('formatCountdown', () => {
  it.each([
    [-1, '0:00'],
    [4_999, '0:04'],
    [60_000, '1:00'],
    [843_000, '14:03'],
    [3_723_000, '1:02:03'],
  ])('counts %i ms down as %s', (milliseconds, text) => {
    expect(formatCountdown(milliseconds)).toBe(text);
  });
});
