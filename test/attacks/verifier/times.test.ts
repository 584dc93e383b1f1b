// Attack: times that never come, never end, or are no times.
import { describe, expect, it } from 'vitest';
import { FakeIssuer, signRaw } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer();
const now = issuer.now / 1000;

describe.each(['exp', 'iat', 'auth_time'])('%s', (name) => {
  it.each([undefined, null, '', 'soon', `${now}`, [now], {}, true, -1, now + 0.5, 1e308, 2 ** 53])(
    'is refused as %j',
    async (value) => {
      expect(await judge(issuer, issuer.token({ [name]: value }))).toBe(`malformed_${name}`);
    },
  );

  it.each(['1e999', '-1e999', '1790000900.5', '1.7900009e-9'])('is refused as the number %s', async (number) => {
    const payload = JSON.stringify(issuer.claims({ [name]: '@' })).replace('"@"', number);
    const token = signRaw(issuer.key, JSON.stringify(issuer.header()), payload);
    expect(await judge(issuer, token)).toBe(`malformed_${name}`);
  });
});

describe('a token', () => {
  it('is good to the end of its life and of the tolerance, and not a second longer', async () => {
    const token = issuer.token({ iat: now - 900, exp: now });
    expect(await judge(issuer, token, { clockToleranceSeconds: 5, now: () => issuer.now + 4999 })).toBe('ok');
    expect(await judge(issuer, token, { clockToleranceSeconds: 5, now: () => issuer.now + 5000 })).toBe('expired');
    expect(await judge(issuer, token, { clockToleranceSeconds: 0 })).toBe('expired');
  });

  it('is refused where it was issued in the future', async () => {
    const options = { clockToleranceSeconds: 5 };
    expect(await judge(issuer, issuer.token({ iat: now + 5 }), options)).toBe('ok');
    expect(await judge(issuer, issuer.token({ iat: now + 6, exp: now + 900 }), options)).toBe('issued_in_future');
  });

  it('is refused before it may be used', async () => {
    expect(await judge(issuer, issuer.token({ nbf: now + 5 }))).toBe('ok');
    expect(await judge(issuer, issuer.token({ nbf: now + 6 }))).toBe('not_yet_valid');
    expect(await judge(issuer, issuer.token({ nbf: 'now' }))).toBe('malformed_nbf');
    expect(await judge(issuer, issuer.token({ nbf: null }))).toBe('malformed_nbf');
  });

  it('is good where its sign-in is still to come, since the clock that said so was set back', async () => {
    expect(await judge(issuer, issuer.token({ auth_time: now + 3600 }))).toBe('ok');
  });

  it.each([0, -1, 3601, 86_400 * 365])('is refused with a life of %i seconds', async (life) => {
    expect(await judge(issuer, issuer.token({ iat: now - 1, exp: now - 1 + life }))).toBe('wrong_lifetime');
  });

  it('is good with the longest life that is configured', async () => {
    expect(await judge(issuer, issuer.token({ exp: now + 7200 }), { maxLifetimeSeconds: 7200 })).toBe('ok');
  });
});

it.each([-1, 61, Number.NaN, Number.POSITIVE_INFINITY])(
  'cannot be given a tolerance of %d seconds',
  (clockToleranceSeconds) => {
    expect(() => issuer.verifier({ clockToleranceSeconds })).toThrow(/^clockToleranceSeconds: /);
  },
);
