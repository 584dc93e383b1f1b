import { describe, expect, it } from 'vitest';
import { FakeIssuer } from '../../test/verifier/fake-issuer.ts';
import type { BearerRequest, Requirement, VerifyResult } from './index.ts';

const issuer = new FakeIssuer();
const verifier = issuer.verifier();
const url = 'https://api.example.com/accounts';
const realm = 'Bearer realm="https://auth.example.com"';

const withHeader = (authorization: string, init: RequestInit = {}) =>
  new Request(url, { ...init, headers: { ...init.headers, authorization } });
const withToken = (claims: Record<string, unknown> = {}) => withHeader(`Bearer ${issuer.token(claims)}`);

function outcome(result: VerifyResult) {
  if (result.ok) return 'ok';
  const { status, code, detail, wwwAuthenticate: challenge } = result.error;
  return { status, code, detail, challenge };
}

const authenticate = async (request: BearerRequest, requirement?: Requirement) =>
  outcome(await verifier.authenticate(request, requirement));

describe('a request', () => {
  it('passes with a valid token in its header', async () => {
    expect(await authenticate(withToken())).toBe('ok');
    expect(await authenticate(withHeader(`bEaReR   ${issuer.token()}`))).toBe('ok');
  });

  it.each([undefined, '', 'Basic YTpi', 'Bearertoken', 'abc.def.ghi'])(
    'without a bearer token is told what to bring, and no error: %j',
    async (authorization) => {
      const request = new Request(url, authorization === undefined ? {} : { headers: { authorization } });
      expect(await authenticate(request)).toEqual({
        status: 401,
        code: 'invalid_token',
        detail: 'no_token',
        challenge: realm,
      });
    },
  );

  it('with a bad token is told that, and nothing more', async () => {
    for (const token of ['x', 'x y', 'x,y', '"', '.', issuer.token({ exp: 1 })]) {
      expect(await authenticate(withHeader(`Bearer ${token}`))).toMatchObject({
        status: 401,
        code: 'invalid_token',
        challenge: `${realm}, error="invalid_token", error_description="A valid access token is needed."`,
      });
    }
  });

  it('with nothing after the scheme is malformed', async () => {
    expect(await authenticate({ url, headers: { get: () => 'Bearer ' } })).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    expect(await authenticate({ url, headers: { get: () => 'Bearer' } })).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
  });

  it('with two tokens is malformed, though both be valid', async () => {
    const token = issuer.token();
    const headers = new Headers();
    headers.append('authorization', `Bearer ${token}`);
    headers.append('authorization', `Bearer ${token}`);
    expect(await authenticate({ url, headers })).toMatchObject({
      status: 400,
      code: 'invalid_request',
      detail: 'several_tokens',
    });
  });

  it.each(['?access_token=x', '?a=1&access_token=', '?access%5Ftoken=x'])(
    'with a token in its address is malformed, whatever its header has: %s',
    async (query) => {
      const refused = { status: 400, code: 'invalid_request', detail: 'token_in_query' };
      expect(await authenticate(new Request(url + query))).toMatchObject(refused);
      expect(await authenticate({ url: `/accounts${query}`, headers: withToken().headers })).toMatchObject(refused);
    },
  );

  it('is not held to what comes after its address', async () => {
    expect(await authenticate({ url: `${url}?a=1#?access_token=x`, headers: withToken().headers })).toBe('ok');
  });

  it('with a token in a form beside the one in its header is malformed, and its body can still be read', async () => {
    const init = { method: 'POST', body: new URLSearchParams({ a: '1', access_token: 'x' }) };
    const request = withHeader(`Bearer ${issuer.token()}`, init);
    expect(await authenticate(request)).toMatchObject({
      status: 400,
      code: 'invalid_request',
      detail: 'several_tokens',
    });
    expect(await request.text()).toBe('a=1&access_token=x');
  });

  it('with another form passes, and its body can still be read, however long', async () => {
    const body = new URLSearchParams({ a: 'x'.repeat(100_000) });
    const request = withHeader(`Bearer ${issuer.token()}`, { method: 'POST', body });
    expect(await authenticate(request)).toBe('ok');
    expect((await request.text()).length).toBe(100_002);
  });

  it('with a form that a framework has parsed is looked at all the same', async () => {
    const headers = new Headers({
      authorization: `Bearer ${issuer.token()}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(await authenticate({ url, headers, form: { access_token: 'x' } })).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    expect(await authenticate({ url, headers, form: { a: 'x' } })).toBe('ok');
    expect(await authenticate({ url, headers })).toBe('ok');
  });

  it('without a valid token has its body left alone', async () => {
    const body = new ReadableStream({
      pull: () => {
        throw new Error('read');
      },
    });
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
    expect(await authenticate(withHeader('Bearer x', init as RequestInit))).toMatchObject({
      status: 401,
      code: 'invalid_token',
    });
  });
});

describe('a scope', () => {
  it.each([
    ['read', 'ok'],
    ['read write', 'ok'],
    [['write', 'read'], 'ok'],
    ['', 'ok'],
    [[], 'ok'],
    ['admin', 'missing_scope'],
    ['read admin', 'missing_scope'],
    ['rea', 'missing_scope'],
  ])('%j asked of a token with "read write": %s', async (scope, expected) => {
    const found = await authenticate(withToken({ scope: 'read write' }), { scope });
    expect(found === 'ok' ? found : found.detail).toBe(expected);
  });

  it('that is missing is named in a 403', async () => {
    expect(await authenticate(withToken(), { scope: 'read write' })).toEqual({
      status: 403,
      code: 'insufficient_scope',
      detail: 'missing_scope',
      challenge: `${realm}, error="insufficient_scope", error_description="The access token does not cover this request.", scope="read write"`,
    });
  });

  it.each(['re"ad', 'a\\b', ['a b'], 'ä', 'a\r\nb', ['']])('cannot be %j', async (scope) => {
    await expect(verifier.authenticate(withToken(), { scope })).rejects.toThrow(/^scope: /);
  });
});

describe('step-up (RFC 9470)', () => {
  const challenge = `${realm}, error="insufficient_user_authentication", error_description="The user has to sign in again for this request."`;

  it('asks for a sign-in that is recent enough, to the second', async () => {
    const signedInAgo = (seconds: number) => withToken({ auth_time: issuer.now / 1000 - seconds });
    expect(await authenticate(signedInAgo(600), { maxAge: 600 })).toBe('ok');
    expect(await authenticate(signedInAgo(601), { maxAge: 600 })).toEqual({
      status: 401,
      code: 'insufficient_user_authentication',
      detail: 'sign_in_too_old',
      challenge: `${challenge}, max_age="600"`,
    });
  });

  it('takes a sign-in that is still to come for none that is recent, but for what clocks may be apart', async () => {
    const signedInAfter = (seconds: number) => withToken({ auth_time: issuer.now / 1000 + seconds });
    expect(await authenticate(signedInAfter(60), { maxAge: 600 })).toBe('ok');
    expect(await authenticate(signedInAfter(61), { maxAge: 600 })).toMatchObject({ detail: 'sign_in_too_old' });
  });

  it('asks for one of the contexts that will do', async () => {
    const requirement = { acrValues: ['mfa', 'phr'], maxAge: 60 };
    expect(await authenticate(withToken({ acr: 'phr' }), requirement)).toBe('ok');
    const refused = {
      status: 401,
      code: 'insufficient_user_authentication',
      detail: 'wrong_acr',
      challenge: `${challenge}, max_age="60", acr_values="mfa phr"`,
    };
    expect(await authenticate(withToken({ acr: 'pwd' }), requirement)).toEqual(refused);
    expect(await authenticate(withToken(), requirement)).toEqual(refused);
  });

  it.each([-1, Number.NaN])('cannot ask for an age of %d', async (maxAge) => {
    await expect(verifier.authenticate(withToken(), { maxAge })).rejects.toThrow(/^maxAge: /);
  });
});

describe('a requirement', () => {
  it.each([
    ['scopes', { scopes: ['admin'] }],
    ['max_age', { maxAge: 60, max_age: 60 }],
    ['toString', { toString: 'admin' }],
    ['scope', { scope: undefined }],
    ['scope', { scope: null }],
    ['scope', { scope: [7] }],
    ['maxAge', { maxAge: undefined }],
    ['maxAge', { maxAge: '60' }],
    ['acrValues', { acrValues: 'mfa' }],
    ['acrValues', { acrValues: undefined }],
  ])('that asks for nothing by mistake is no requirement: %s in %j', async (name, requirement) => {
    const asked = verifier.authenticate(withToken(), requirement as Requirement);
    await expect(asked).rejects.toThrow(TypeError);
    await expect(asked).rejects.toThrow(new RegExp(`^${name}: `));
  });
});

it('the answer is ready to be sent, and says nothing of why', async () => {
  const result = await verifier.authenticate(withHeader('Bearer x'));
  const response = result.ok ? undefined : result.error.toResponse();
  expect(response?.status).toBe(401);
  expect(response?.headers.get('cache-control')).toBe('no-store');
  expect(await response?.json()).toEqual({
    error: 'invalid_token',
    error_description: 'A valid access token is needed.',
  });
});
