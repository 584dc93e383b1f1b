import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from './base64url.ts';
import { parseCompactJws, splitCompactJws } from './compact-jws.ts';

const encode = (text: string) => encodeBase64url(new TextEncoder().encode(text));
const jws = (header: string, payload: string) => `${encode(header)}.${encode(payload)}.AQID`;

describe('a compact JWS', () => {
  it('is taken apart as it stands', () => {
    const token = jws('{"alg":"ES256"}', '{"sub":"ä","deep":{"a":[1]}}');
    expect(parseCompactJws(token)).toEqual({
      ok: true,
      header: { alg: 'ES256' },
      payload: { sub: 'ä', deep: { a: [1] } },
      signingInput: token.slice(0, token.lastIndexOf('.')),
      signature: Uint8Array.of(1, 2, 3),
    });
  });

  it('may have a payload of any bytes where it is no JWT, and of none', () => {
    expect(splitCompactJws(jws('{}', 'not JSON'))).toMatchObject({ ok: true });
    expect(splitCompactJws(`${encode('{}')}..AQID`)).toMatchObject({ ok: true, payload: new Uint8Array() });
    expect(parseCompactJws(jws('{}', 'not JSON'))).toEqual({ ok: false, reason: 'not_a_json_object' });
    expect(parseCompactJws(`${encode('{}')}..AQID`)).toEqual({ ok: false, reason: 'not_a_json_object' });
  });

  it('has a header that is an object in every case', () => {
    expect(splitCompactJws(jws('[]', ''))).toEqual({ ok: false, reason: 'not_a_json_object' });
  });

  it('has a header that nobody can change for the next one who reads it', () => {
    const token = jws('{"alg":"ES256","jwk":{"kty":"EC","list":[{"a":1}]}}', '{}');
    const read = () => {
      const parsed = parseCompactJws(token);
      return (parsed.ok ? parsed.header : {}) as { readonly jwk: { readonly list: readonly object[] } };
    };
    const { jwk } = read();
    expect(() => Object.assign(jwk, { kty: 'oct' })).toThrow(TypeError);
    expect(() => Object.assign(jwk.list[0] ?? {}, { a: 2 })).toThrow(TypeError);
    expect(read()).toEqual({ alg: 'ES256', jwk: { kty: 'EC', list: [{ a: 1 }] } });
  });

  it('says of any object what JSON says', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ depthSize: 'small' })), (payload) => {
        const text = JSON.stringify(payload);
        expect(parseCompactJws(jws('{}', text), 1_000_000)).toMatchObject({ ok: true, payload: JSON.parse(text) });
      }),
    );
  });

  it('never throws, whatever the text', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.string().map(encode), fc.json().map(encode));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const { ok } = parseCompactJws(parts.join('.'));
        expect(typeof ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});
