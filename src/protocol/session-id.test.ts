/** Session ids: where a session lives and when it began, in 22 characters. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSessionId, parseSessionId } from './session-id.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const starts = fc.oneof(fc.nat(70_000), fc.integer({ min: 0, max: 2 ** 48 - 1 }));
const parts = fc.record({ shardTag: bytes(4), startedAt: starts, random: bytes(6) });

describe('session id', () => {
  it('gives back what was put in, in 22 characters', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const sid = encodeSessionId(given);
        expect(sid).toMatch(/^[A-Za-z0-9_-]{22}$/);
        expect(parseSessionId(sid)).toEqual(given);
      }),
    );
  });

  it('begins with the shard tag, then the start, most significant byte first', () => {
    const sid = encodeSessionId({ shardTag: new Uint8Array(4).fill(255), startedAt: 1, random: new Uint8Array(6) });
    expect(Buffer.from(sid, 'base64url').toString('hex')).toBe('ffffffff000000000001000000000000');
  });

  it('sorts one user’s sessions by their start, whatever the random part', () => {
    fc.assert(
      fc.property(parts, starts, bytes(6), (one, startedAt, random) => {
        const two = { ...one, startedAt, random };
        fc.pre(one.startedAt !== two.startedAt);
        const [first, second] = [one, two].map((each) => Buffer.from(encodeSessionId(each), 'base64url'));
        expect(Buffer.compare(first ?? Buffer.of(), second ?? Buffer.of())).toBe(one.startedAt < startedAt ? -1 : 1);
      }),
    );
  });

  it('has one text: another one is another id or none', () => {
    fc.assert(
      fc.property(parts, fc.nat(21), fc.constantFrom(...'Aw4_-=+ '), (given, index, letter) => {
        const sid = encodeSessionId(given);
        const changed = sid.slice(0, index) + letter + sid.slice(index + 1);
        fc.pre(changed !== sid);
        const parsed = parseSessionId(changed);
        if (parsed) expect(encodeSessionId(parsed)).toBe(changed);
        expect(parsed).not.toEqual(given);
      }),
    );
  });

  it.each(['', 'A'.repeat(21), 'A'.repeat(23), `${'A'.repeat(21)}B`, `${'A'.repeat(21)}=`, `${'A'.repeat(21)}.`])(
    'does not read %j',
    (text) => {
      expect(parseSessionId(text)).toBeUndefined();
    },
  );

  const good = { shardTag: new Uint8Array(4), startedAt: 0, random: new Uint8Array(6) };
  it.each([
    ['a short shard tag', { ...good, shardTag: new Uint8Array(3) }],
    ['a long random part', { ...good, random: new Uint8Array(7) }],
    ['a start before the epoch', { ...good, startedAt: -1 }],
    ['a start of more than 48 bits', { ...good, startedAt: 2 ** 48 }],
    ['a start between two milliseconds', { ...good, startedAt: 0.5 }],
  ])('does not write %s', (_title, wrong) => {
    expect(() => encodeSessionId(wrong)).toThrow(RangeError);
  });
});
