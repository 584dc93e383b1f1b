/**
 * Amounts of money between people and the wire, where they are integer cents. Only exact integer arithmetic.
 */

/** For example `€1,234.50`. A sum that is owed has a minus sign in front. */
export function formatAmount(cents: number, currency: string): string {
  const format = new Intl.NumberFormat('en-IE', { style: 'currency', currency });
  return format.format(cents / 100).replace('-', '−');
}

/** As `formatAmount`, always with its sign: `+€12.00`, `−€12.00`. */
export function formatSignedAmount(cents: number, currency: string): string {
  return cents > 0 ? `+${formatAmount(cents, currency)}` : formatAmount(cents, currency);
}

/**
 * Cents from what somebody typed: digits, with a point or a comma before one or two decimals. `undefined` where that is not an
 * amount above zero, or could be read two ways (`1,234`).
 */
export function parseAmount(text: string): number | undefined {
  const match = /^€?\s*(\d{1,9})(?:[.,](\d{1,2}))?\s*€?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = '0', decimals = ''] = match;
  const cents = Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
  return cents > 0 ? cents : undefined;
}
