import { describe, expect, it } from 'vitest';
import { formatDay, formatDayAndTime, formatLastUse } from './format-moment.ts';

const utc = { timeZone: 'UTC' };
const at = (text: string) => Date.parse(text) / 1000;

describe('formatDay', () => {
  it('names the day in the zone it is given', () => {
    expect(formatDay(at('2026-11-23T23:30:00Z'), utc)).toBe('23 Nov 2026');
    expect(formatDay(at('2026-11-23T23:30:00Z'), { timeZone: 'Europe/Berlin' })).toBe('24 Nov 2026');
  });
});

describe('formatDayAndTime', () => {
  it('names the day and the minute', () => {
    expect(formatDayAndTime(at('2026-11-23T14:05:59Z'), utc)).toBe('23 Nov, 14:05');
  });
});

describe('formatLastUse', () => {
  const now = at('2026-11-23T15:20:00Z');

  it('is no finer than the hour', () => {
    expect(formatLastUse(at('2026-11-23T15:00:00Z'), now, utc)).toBe('within the last hour');
  });

  it('names the hour of an earlier use today', () => {
    expect(formatLastUse(at('2026-11-23T14:00:00Z'), now, utc)).toBe('today around 14:00');
  });

  it('names the day of an older use', () => {
    expect(formatLastUse(at('2026-11-22T23:00:00Z'), now, utc)).toBe('on 22 Nov 2026');
  });
});
