// Attack: bytes that are not UTF-8, of which each reader makes another text (RFC 8725 section 3.7).
import { describe, expect, it } from 'vitest';
import { FakeIssuer, signRaw } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer();
const header = JSON.stringify(issuer.header());
const claims = JSON.stringify(issuer.claims({ note: '@' }));
const bytesIn = (bytes: number[]) => {
  const [before = '', after = ''] = claims.split('@');
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
};

describe('a payload', () => {
  it.each([
    ['a byte that starts nothing', [0xff]],
    ['a byte that goes on from nothing', [0x80]],
    ['a sequence that breaks off', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['a high surrogate', [0xed, 0xa0, 0x80]],
    ['a low surrogate', [0xed, 0xb0, 0x80]],
    ['a pair of surrogates', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ['a code point past the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('is refused with %s', async (_, bytes) => {
    expect(await judge(issuer, signRaw(issuer.key, header, bytesIn(bytes)))).toBe('not_utf8');
  });

  it('is refused with a byte order mark', async () => {
    expect(await judge(issuer, signRaw(issuer.key, header, `\ufeff${claims}`))).toBe('not_utf8');
  });

  it.each(['\\ud800', '\\udc00', '\\ud800x', '\\udc00\\ud800', '\\uD83D\\uD83D\\uDE00', '\\\\\\ud800'])(
    'is refused with a lone surrogate escaped: %s',
    async (escaped) => {
      expect(await judge(issuer, signRaw(issuer.key, header, claims.replace('@', escaped)))).toBe('not_utf8');
      const named = claims.replace('"note"', `"${escaped}"`);
      expect(await judge(issuer, signRaw(issuer.key, header, named))).toBe('not_utf8');
      const nested = claims.replace('"@"', `[{"a":["${escaped}"]}]`);
      expect(await judge(issuer, signRaw(issuer.key, header, nested))).toBe('not_utf8');
    },
  );

  it.each(['\\ud83d\\ude00', '😀', '\\\\ud800', 'ß', '\\u0000', '\u2028'])('may hold %s', async (text) => {
    expect(await judge(issuer, signRaw(issuer.key, header, claims.replace('@', text)))).toBe('ok');
  });

  it('is refused as UTF-16', async () => {
    expect(await judge(issuer, signRaw(issuer.key, header, Buffer.from(claims, 'utf16le')))).toMatch(/^not_/);
  });
});

describe('a header', () => {
  it('is held to the same', async () => {
    expect(await judge(issuer, signRaw(issuer.key, `\ufeff${header}`, claims))).toBe('not_utf8');
    expect(await judge(issuer, signRaw(issuer.key, header.replace('{', '{"x":"\\ud800",'), claims))).toBe('not_utf8');
    const latin = Buffer.from(header.replace('{', '{"x":"ÿ",'), 'latin1');
    expect(await judge(issuer, signRaw(issuer.key, latin, claims))).toBe('not_utf8');
  });
});
