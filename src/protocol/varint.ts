/**
 * Unsigned integers below 2³² in as few bytes as they need: seven bits a byte, least significant first, the top bit
 * saying that more follow (LEB128). Only the shortest form is accepted, so that one number has one encoding.
 */

/** One more than the largest value. */
export const varintLimit: number = 2 ** 32;

/** Appends `value`, an integer from 0 to 2³² - 1, to `bytes`. Throws a `RangeError` for any other value. */
export function pushVarint(bytes: number[], value: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= varintLimit)
    throw new RangeError('not an unsigned 32-bit value');
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** Reads the value that starts at `offset`, or gives `undefined` where there is none, or it is not in its shortest form. */
export function readVarint(bytes: Uint8Array, offset: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let length = 0; length < 5; length += 1) {
    const byte = bytes[offset + length];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 128 ** length;
    if (byte >= 128) continue;
    const isShortest = length === 0 || byte !== 0;
    return isShortest && value < varintLimit ? { value, next: offset + length + 1 } : undefined;
  }
  return undefined;
}
