import { describe, expect, it } from 'vitest';
import { checkAccessTokenClaims } from './check-access-token-claims.ts';
import { encodeSessionId } from './session-id.ts';

const header = { typ: 'at+jwt' };
const sid = encodeSessionId({ shardTag: new Uint8Array(4), startedAt: 1_000_000, random: new Uint8Array(6) });
const claims = {
  iss: 'https://auth.example.com',
  sub: 'alice',
  aud: ['https://api.example.com', 'https://auth.example.com'],
  client_id: 'app',
  iat: 1000,
  exp: 1900,
  jti: 'x',
  sid,
  auth_time: 1000,
};
const expected = {
  issuer: 'https://auth.example.com',
  audience: 'https://auth.example.com',
  now: 1_000_000,
  clockToleranceSeconds: 5,
  maxLifetimeSeconds: 900,
};

// Every fault is tried on whole tokens, in the attacks on the verifier; here is what only this function shows.
describe('the claims of an access token', () => {
  it('are given back as they are, with the optional ones and those of the host', () => {
    const all = {
      ...claims,
      nbf: 1000,
      scope: '',
      acr: 'mfa',
      amr: ['pwd', 'otp'],
      cnf: { jkt: 'A'.repeat(43) },
      roles: {},
    };
    expect(checkAccessTokenClaims(header, all, expected)).toEqual({
      ok: true,
      claims: all,
      sessionStartedAt: 1_000_000,
    });
  });

  it('may be for any of several audiences, and not for none', () => {
    const audience = ['https://other.example.com', 'https://api.example.com'];
    expect(checkAccessTokenClaims(header, claims, { ...expected, audience })).toMatchObject({ ok: true });
    const none = checkAccessTokenClaims(header, claims, { ...expected, audience: [] });
    expect(none).toEqual({ ok: false, reason: 'wrong_aud' });
  });

  it('can be read of a token however old, by one who says so', () => {
    const ageless = { ...expected, now: 0, clockToleranceSeconds: Number.MAX_SAFE_INTEGER };
    expect(checkAccessTokenClaims(header, claims, ageless)).toMatchObject({ ok: true });
  });

  it('are refused with a session id that is none', () => {
    const none = checkAccessTokenClaims(header, { ...claims, sid: sid.slice(1) }, expected);
    expect(none).toEqual({ ok: false, reason: 'malformed_sid' });
  });

  it('are at their end to the millisecond', () => {
    const at = (now: number) => checkAccessTokenClaims(header, claims, { ...expected, now }).ok;
    expect([at(1_904_999), at(1_905_000)]).toEqual([true, false]);
  });
});
