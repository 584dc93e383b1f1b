import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { KeyStore } from './key-store.ts';
import { withDeviceKey } from './with-device-key.ts';

const issuer = 'https://auth.example/base';

function fakeKeys(kept: Map<string, unknown> = new Map()): KeyStore {
  return {
    async getOrCreate<Value>(name: string, create: () => Promise<Value>) {
      if (!kept.has(name)) kept.set(name, await create());
      return kept.get(name) as Value;
    },
  };
}

/** A server that answers with what it is given, and shows what it got. */
function fakeServer(...answers: readonly Response[]): { readonly fetch: typeof fetch; readonly got: Request[] } {
  const got: Request[] = [];
  return {
    got,
    fetch: async (input, init) => {
      got.push(new Request(input, init));
      return answers[got.length - 1] ?? new Response();
    },
  };
}

async function claimsOf(request: Request | undefined): Promise<Record<string, unknown>> {
  const proof = request?.headers.get('DPoP') ?? '';
  const { payload } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });
  return payload;
}

function thumbprintOf(request: Request | undefined): Promise<string> {
  const { jwk } = decodeProtectedHeader(request?.headers.get('DPoP') ?? '');
  if (jwk === undefined) throw new TypeError('no key in the proof');
  return calculateJwkThumbprint(jwk);
}

describe('withDeviceKey', () => {
  it('proves possession where refresh tokens are handed out and used', async () => {
    const server = fakeServer();
    const send = withDeviceKey({ issuer, fetch: server.fetch, keys: fakeKeys() });
    await send(`${issuer}/login`, { method: 'POST', body: '{}' });
    await send(`${issuer}/token`, { method: 'POST', body: 'grant_type=refresh_token' });
    expect(await claimsOf(server.got[0])).toMatchObject({ htm: 'POST', htu: `${issuer}/login` });
    const token = await claimsOf(server.got[1]);
    expect(token).toMatchObject({ htm: 'POST', htu: `${issuer}/token`, iat: expect.any(Number) });
    expect(token).not.toHaveProperty('ath');
    expect(token.jti).not.toBe((await claimsOf(server.got[0])).jti);
    expect(await server.got[1]?.text()).toBe('grant_type=refresh_token');
  });

  it('waits for a key store that never answers no longer than whoever asks', async () => {
    const giveUp = new AbortController();
    const keys: KeyStore = { getOrCreate: () => new Promise(() => undefined) };
    const sending = withDeviceKey({ issuer, keys })(`${issuer}/token`, { method: 'POST', signal: giveUp.signal });
    giveUp.abort(new Error('enough'));
    await expect(sending).rejects.toThrow('enough');
  });

  it('leaves every other request alone unless asked', async () => {
    const server = fakeServer();
    const send = withDeviceKey({ issuer, fetch: server.fetch, keys: fakeKeys() });
    await send('https://api.example/me', { headers: { Authorization: 'Bearer at' } });
    expect(server.got[0]?.headers.has('DPoP')).toBe(false);
    expect(server.got[0]?.headers.get('Authorization')).toBe('Bearer at');
  });

  it('proves each request with an access token where asked, without its query', async () => {
    const server = fakeServer();
    const send = withDeviceKey({ issuer, everyRequest: true, fetch: server.fetch, keys: fakeKeys() });
    await send('https://api.example/me?x=1#y', { headers: { Authorization: 'Bearer at' } });
    expect(server.got[0]?.headers.get('Authorization')).toBe('DPoP at');
    expect(await claimsOf(server.got[0])).toMatchObject({
      htm: 'GET',
      htu: 'https://api.example/me',
      // The SHA-256 of `at`, RFC 9449 section 4.2.
      ath: Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from('at'))).toString('base64url'),
    });
  });

  it('keeps its key, and gives another browser another', async () => {
    const server = fakeServer();
    const kept = new Map<string, unknown>();
    for (const keys of [fakeKeys(kept), fakeKeys(kept), fakeKeys()]) {
      await withDeviceKey({ issuer, fetch: server.fetch, keys })(`${issuer}/token`, { method: 'POST' });
    }
    const [first, second, third] = await Promise.all(server.got.map(thumbprintOf));
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('has a key that nobody can take out', async () => {
    const kept = new Map<string, unknown>();
    await withDeviceKey({ issuer, fetch: fakeServer().fetch, keys: fakeKeys(kept) })(`${issuer}/token`);
    const { privateKey } = kept.get('device') as CryptoKeyPair;
    await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow();
  });

  it.each([
    new Response('{"error":"use_dpop_nonce"}', { status: 400, headers: { 'DPoP-Nonce': 'n1' } }),
    new Response(null, {
      status: 401,
      headers: { 'DPoP-Nonce': 'n1', 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"' },
    }),
  ])('repeats the request once with the nonce that was asked for', async (asks) => {
    const server = fakeServer(asks, new Response('done'));
    const send = withDeviceKey({ issuer, fetch: server.fetch, keys: fakeKeys() });
    const response = await send(`${issuer}/token`, { method: 'POST', body: 'form' });
    expect(await response.text()).toBe('done');
    expect(await claimsOf(server.got[1])).toMatchObject({ nonce: 'n1' });
    expect(await server.got[1]?.text()).toBe('form');
    await send(`${issuer}/token`, { method: 'POST' });
    expect(await claimsOf(server.got[2])).toMatchObject({ nonce: 'n1' });
  });

  it('does not repeat for ever', async () => {
    const asks = (): Response =>
      new Response('{"error":"use_dpop_nonce"}', { status: 400, headers: { 'DPoP-Nonce': 'n' } });
    const server = fakeServer(asks(), asks(), asks());
    const send = withDeviceKey({ issuer, fetch: server.fetch, keys: fakeKeys() });
    expect((await send(`${issuer}/token`, { method: 'POST' })).status).toBe(400);
    expect(server.got).toHaveLength(2);
  });
});
