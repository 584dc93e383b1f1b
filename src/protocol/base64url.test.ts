/** base64url: the RFC's vectors, what Node's own encoder says, and nothing that is not canonical. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAnywhere, decodeBase64url, encodeAnywhere, encodeBase64url } from './base64url.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

describe.each([
  ['base64url with Node’s help', encodeBase64url, decodeBase64url],
  ['base64url without it', encodeAnywhere, decodeAnywhere],
])('%s', (_title, encode, decode) => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
    ['\xfb\xff\xfe', '-__-'],
  ])('writes %j as %j (RFC 4648 section 10, without padding)', (text, expected) => {
    expect(encode(bytesOf(text))).toBe(expected);
    expect(decode(expected)).toEqual(bytesOf(text));
  });

  it('agrees with Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(encode(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decode(encode(bytes))).toEqual(bytes);
      }),
    );
  });

  it('reads no text but the one it would have written', () => {
    const letters = fc.constantFrom(...'AQgwZz09-_+/= \n\u00e9');
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 9 }), (text) => {
        const bytes = decode(text);
        if (bytes) expect(encode(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a length that no bytes have', 'A'],
    ['left-over bits of one byte', 'Zh'],
    ['left-over bits of two bytes', 'Zm9'],
    ['padding', 'Zg=='],
    ['the other alphabet', '+/+/'],
    ['white space', 'Zm9v '],
    ['a line break', 'Zm\n9'],
    ['letters beyond ASCII', 'Zmé9'],
    ['letters that share the low byte with a good one', 'Zm\u01419'],
  ])('does not read %s', (_title, text) => {
    expect(decode(text)).toBeUndefined();
  });
});
