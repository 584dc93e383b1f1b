import { describe, expect, it } from 'vitest';
import { formatAmount, formatSignedAmount, parseAmount } from './amount.ts';

describe('formatAmount', () => {
  it.each([
    [0, '€0.00'],
    [5, '€0.05'],
    [123_450, '€1,234.50'],
    [-7_000, '−€70.00'],
  ])('writes %i cents as %s', (cents, text) => {
    expect(formatAmount(cents, 'EUR')).toBe(text);
  });
});

describe('formatSignedAmount', () => {
  it('says whether money came or went', () => {
    expect(formatSignedAmount(1_200, 'EUR')).toBe('+€12.00');
    expect(formatSignedAmount(-1_200, 'EUR')).toBe('−€12.00');
  });
});

describe('parseAmount', () => {
  it.each([
    ['25', 2_500],
    ['25.5', 2_550],
    ['25,50', 2_550],
    [' € 0.05 ', 5],
    ['12 €', 1_200],
    ['19.99', 1_999],
    ['999999999.99', 99_999_999_999],
  ])('reads %s as %i cents', (text, cents) => {
    expect(parseAmount(text)).toBe(cents);
  });

  it.each(['', '0', '0.00', '-5', '1,234', '1.234,50', '12.345', '1e3', '0x10', 'ten', '1234567890'])(
    'does not take %j for an amount',
    (text) => {
      expect(parseAmount(text)).toBeUndefined();
    },
  );
});
