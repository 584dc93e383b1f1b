/** The refresh token's layout: one token, one text; any change of the text is another token or none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from './base64url.ts';
import {
  encodeRefreshToken,
  macLength,
  parseRefreshToken,
  type RefreshTokenParts,
  refreshTokenBody,
  refreshTokenPrefix,
} from './refresh-token.ts';
import { varintLimit } from './varint.ts';

const counter = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: varintLimit - 1 }));
const exactly = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const parts: fc.Arbitrary<RefreshTokenParts> = fc.record({
  rootKeyId: fc.nat(255),
  sid: exactly(16).map(encodeBase64url),
  generation: counter,
  branch: counter,
});
const mac = exactly(macLength);

const sample: RefreshTokenParts = { rootKeyId: 7, sid: 'A'.repeat(22), generation: 300, branch: 1 };
const sampleMac = new Uint8Array(macLength).fill(255);

/** Token text around any bytes at all, with a MAC that nobody has computed. */
const wrapped = (...body: readonly number[]): string => encodeRefreshToken(Uint8Array.from(body), sampleMac);

describe('refresh token', () => {
  it('gives back what was put in, with the bytes that the MAC covers and the MAC', () => {
    fc.assert(
      fc.property(parts, mac, (given, givenMac) => {
        const authenticated = refreshTokenBody(given);
        const text = encodeRefreshToken(authenticated, givenMac);
        expect(parseRefreshToken(text)).toEqual({ ...given, authenticated, mac: givenMac });
      }),
    );
  });

  it('is laid out as documented', () => {
    const body = Buffer.from(refreshTokenBody(sample)).toString('hex');
    expect(body).toBe(`01${'07'}${'00'.repeat(16)}${'ac02'}${'01'}`);
    expect(encodeRefreshToken(refreshTokenBody(sample), sampleMac)).toMatch(/^tsr_AQc/);
  });

  it('uses only the first 16 bytes of a longer MAC', () => {
    const long = new Uint8Array(32).fill(9);
    expect(parseRefreshToken(encodeRefreshToken(refreshTokenBody(sample), long))?.mac).toEqual(long.subarray(0, 16));
  });

  it('differs where any part differs', () => {
    fc.assert(
      fc.property(parts, parts, mac, (one, two, anyMac) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(two));
        const [first, second] = [one, two].map((each) => encodeRefreshToken(refreshTokenBody(each), anyMac));
        expect(first).not.toBe(second);
      }),
    );
  });

  it('is another token or none when one letter of it changes', () => {
    const letters = fc.constantFrom(...'AQgw09zZ-_=+/ .\u0141');
    fc.assert(
      fc.property(parts, mac, fc.nat(), letters, (given, givenMac, place, letter) => {
        const text = encodeRefreshToken(refreshTokenBody(given), givenMac);
        const index = place % text.length;
        const changed = text.slice(0, index) + letter + text.slice(index + 1);
        fc.pre(changed !== text);
        expectOtherOrNone(changed, { ...given, mac: givenMac });
      }),
      { numRuns: 3000 },
    );
  });

  it('is another token or none when letters are cut off or added', () => {
    fc.assert(
      fc.property(parts, mac, fc.nat(60), fc.string({ maxLength: 3 }), (given, givenMac, length, added) => {
        const text = encodeRefreshToken(refreshTokenBody(given), givenMac);
        const changed = text.slice(0, length) + added;
        fc.pre(changed !== text);
        expectOtherOrNone(changed, { ...given, mac: givenMac });
        expectOtherOrNone(`${text}${added}x`, { ...given, mac: givenMac });
      }),
    );
  });

  it('is read from no bytes but those it would have been written as', () => {
    const body = fc
      .tuple(fc.constant(1), fc.nat(255))
      .chain(([version, key]) =>
        fc
          .tuple(exactly(16), fc.uint8Array({ minLength: 1, maxLength: 12 }))
          .map(([sid, rest]) => [version, key, ...sid, ...rest]),
      );
    fc.assert(
      fc.property(body, (bytes) => {
        const parsed = parseRefreshToken(wrapped(...bytes));
        if (parsed) expect([...refreshTokenBody(parsed)]).toEqual(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  const sid = Array.from({ length: 16 }, () => 0);
  it.each([
    ['nothing', ''],
    ['only the prefix', refreshTokenPrefix],
    ['another prefix', wrapped(1, 7, ...sid, 0, 0).replace('tsr_', 'tsq_')],
    ['another version', wrapped(2, 7, ...sid, 0, 0)],
    ['a missing branch', wrapped(1, 7, ...sid, 0)],
    ['a byte between branch and MAC', wrapped(1, 7, ...sid, 0, 0, 0)],
    ['a generation that is not in its shortest form', wrapped(1, 7, ...sid, 128, 0, 0)],
    ['a branch that is not in its shortest form', wrapped(1, 7, ...sid, 0, 129, 0)],
    ['a generation of 2³²', wrapped(1, 7, ...sid, 128, 128, 128, 128, 16, 0)],
    ['a megabyte', `tsr_${'A'.repeat(2 ** 20)}`],
    ['an access token', 'eyJhbGciOiJFUzI1NiJ9.e30.AAAA'],
  ])('is not read from %s', (_title, text) => {
    expect(parseRefreshToken(text)).toBeUndefined();
  });

  it('is read at its shortest and at its longest', () => {
    for (const value of [0, varintLimit - 1]) {
      const body = refreshTokenBody({ ...sample, generation: value, branch: value });
      expect(parseRefreshToken(encodeRefreshToken(body, sampleMac))).toMatchObject({
        generation: value,
        branch: value,
      });
    }
  });

  it('is not written for something that is no session id', () => {
    expect(() => refreshTokenBody({ ...sample, sid: 'short' })).toThrow(RangeError);
  });
});

/** That `text` is not read as the token `given`, and that it is the one text of whatever it is read as. */
function expectOtherOrNone(text: string, given: RefreshTokenParts & { readonly mac: Uint8Array }): void {
  const parsed = parseRefreshToken(text);
  if (!parsed) return;
  expect(encodeRefreshToken(parsed.authenticated, parsed.mac)).toBe(text);
  expect(encodeRefreshToken(refreshTokenBody(parsed), parsed.mac)).toBe(text);
  expect(parsed).not.toMatchObject(given);
}
