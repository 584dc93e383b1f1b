import { describe, expect, it } from 'vitest';
import { jwkThumbprint } from './thumbprint.ts';

/** The example of RFC 7638 section 3.1. */
const n =
  '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs' +
  'tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn' +
  '1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
const example = { kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' };

describe('a JWK thumbprint', () => {
  it('of the example in RFC 7638 is the one that the RFC gives', () => {
    expect(jwkThumbprint(example)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  it('of the example in RFC 8037 is the one that the RFC gives', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    expect(jwkThumbprint(jwk)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('does not depend on the order of members, nor on those that do not count', () => {
    const { kty, e, ...rest } = example;
    expect(jwkThumbprint({ ...rest, use: 'sig', d: 'secret', e, kty })).toBe(jwkThumbprint(example));
  });

  it('depends on every member that counts', () => {
    const key = { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' };
    const changed = [key, { ...key, crv: 'P-384' }, { ...key, x: 'eB' }, { ...key, y: 'eR' }];
    expect(new Set(changed.map((jwk) => jwkThumbprint(jwk))).size).toBe(4);
  });

  it.each([{ kty: 'oct', k: 'secret' }, {}, { kty: 'constructor' }, { kty: '__proto__' }])(
    'is not made of %j',
    (jwk) => {
      expect(() => jwkThumbprint(jwk)).toThrow(TypeError);
    },
  );
});
