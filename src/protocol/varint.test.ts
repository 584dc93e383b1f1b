/** Varints: one number, one encoding. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pushVarint, readVarint, varintLimit } from './varint.ts';

function encoded(value: number): number[] {
  const bytes: number[] = [];
  pushVarint(bytes, value);
  return bytes;
}

const values = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: varintLimit - 1 }));

describe('varint', () => {
  it.each([
    [0, [0]],
    [127, [127]],
    [128, [128, 1]],
    [16_383, [255, 127]],
    [16_384, [128, 128, 1]],
    [varintLimit - 1, [255, 255, 255, 255, 15]],
  ])('writes %i as %j', (value, bytes) => {
    expect(encoded(value)).toEqual(bytes);
  });

  it('reads back what it wrote, from any offset, and says where it stopped', () => {
    fc.assert(
      fc.property(values, fc.array(fc.nat(255)), fc.array(fc.nat(255)), (value, before, after) => {
        const bytes = Uint8Array.from([...before, ...encoded(value), ...after]);
        const next = before.length + encoded(value).length;
        expect(readVarint(bytes, before.length)).toEqual({ value, next });
      }),
    );
  });

  it('reads no bytes but those it would have written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (bytes) => {
        const read = readVarint(bytes, 0);
        if (read) expect([...bytes.subarray(0, read.next)]).toEqual(encoded(read.value));
      }),
    );
  });

  it.each([
    ['nothing', []],
    ['a value that breaks off', [128]],
    ['zero in two bytes', [128, 0]],
    ['one in three bytes', [129, 128, 0]],
    ['2³²', [128, 128, 128, 128, 16]],
    ['six bytes', [128, 128, 128, 128, 128, 1]],
  ])('does not read %s', (_title, bytes) => {
    expect(readVarint(Uint8Array.from(bytes), 0)).toBeUndefined();
  });

  it.each([-1, 0.5, varintLimit, Number.NaN, Number.POSITIVE_INFINITY])('does not write %d', (value) => {
    expect(() => encoded(value)).toThrow(RangeError);
  });
});
