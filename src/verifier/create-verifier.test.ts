import { describe, expect, it } from 'vitest';
import { createFakeKey, engines, FakeIssuer, verdict } from '../../test/verifier/fake-issuer.ts';
import type { FeedSource, VerifierEvent } from './index.ts';

describe.each(engines)('a verifier on $engine', ({ useWebCrypto }) => {
  it.each(['ES256', 'Ed25519'] as const)('accepts a valid token signed with %s, and gives its claims', async (alg) => {
    const issuer = new FakeIssuer(createFakeKey(alg));
    const verifier = issuer.verifier({ useWebCrypto });
    const result = await verifier.verify(issuer.token({ scope: 'read write' }));
    expect(result).toMatchObject({ ok: true, claims: { sub: 'alice', scope: 'read write', client_id: 'app' } });
  });

  it.each(['ES384', 'RS256', 'PS256'] as const)('accepts %s where it is configured, and only there', async (alg) => {
    const issuer = new FakeIssuer(createFakeKey(alg));
    const token = issuer.token();
    expect(await verdict(issuer.verifier({ useWebCrypto, algorithms: [alg] }), token)).toBe('ok');
    expect(await verdict(issuer.verifier({ useWebCrypto }), token)).toBe('unknown_key');
  });

  it('finds the keys through the metadata of the issuer, once for many tokens', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ useWebCrypto });
    await Promise.all(Array.from({ length: 50 }, () => verifier.verify(issuer.token())));
    expect(issuer.requests.map(({ url }) => url)).toEqual([
      'https://auth.example.com/.well-known/oauth-authorization-server',
      'https://auth.example.com/.well-known/jwks.json',
    ]);
  });

  it('answers at once for a token it has seen, and tells a revocation from then on', async () => {
    const issuer = new FakeIssuer();
    const feed = fakeSource(issuer);
    const verifier = issuer.verifier({ useWebCrypto, feed });
    const token = issuer.token();
    const first = await verifier.verify(token);
    expect(first.ok).toBe(true);
    expect(verifier.check(token)).toBe(first);
    feed.send([{ position: 1, sid: first.ok ? first.claims.sid : '' }]);
    expect(verifier.check(token)).toMatchObject({ ok: false, error: { status: 401, detail: 'revoked' } });
    expect(verifier.status().cachedTokens).toBe(0);
    expect(await verdict(verifier, token)).toBe('revoked');
  });
});

describe('a verifier', () => {
  it('says why it has no keys where the metadata is not to be had', async () => {
    const issuer = new FakeIssuer();
    issuer.answers.set('/.well-known/oauth-authorization-server', () => new Response('<!doctype html>'));
    const events: VerifierEvent[] = [];
    const verifier = issuer.verifier({ onEvent: (event) => events.push(event) });
    expect(await verdict(verifier, issuer.token())).toBe('no_keys');
    expect(events).toContainEqual({ type: 'keys_failed', reason: 'metadata: not JSON' });
  });

  it('answers at once on node:crypto as soon as it has keys, and says so where it would have to wait', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier();
    const token = issuer.token();
    expect(verifier.check(token)).toBeUndefined();
    await verifier.ready();
    expect(verifier.check(token)).toMatchObject({ ok: true });
  });

  it('has to be waited for on Web Crypto, for each token that it has not seen', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ useWebCrypto: true });
    const token = issuer.token();
    await verifier.ready();
    expect(verifier.check(token)).toBeUndefined();
    expect(verifier.check(token)).toBeUndefined();
    expect(await verdict(verifier, token)).toBe('ok');
    expect(verifier.check(token)).toMatchObject({ ok: true });
  });

  it('takes keys from a function of the same process and never asks the network', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ jwks: () => issuer.jwks() });
    expect(await verdict(verifier, issuer.token())).toBe('ok');
    expect(issuer.requests).toEqual([]);
  });

  it('takes a set of keys as it is, for ever', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ jwks: issuer.jwks() });
    expect(await verdict(verifier, issuer.token())).toBe('ok');
    issuer.advance(86_400 * 365);
    expect(verifier.check(issuer.token())).toMatchObject({ ok: true });
    expect(verifier.check(issuer.token({}, { kid: 'x' }))).toMatchObject({ error: { detail: 'unknown_key' } });
  });

  it('answers 503, never 401, while there are no keys', async () => {
    const issuer = new FakeIssuer();
    issuer.answers.set('/.well-known/jwks.json', () => new Response('', { status: 500 }));
    const result = await issuer.verifier().verify(issuer.token());
    expect(result).toMatchObject({ ok: false, error: { status: 503, detail: 'no_keys', retryAfterSeconds: 5 } });
    expect(result.ok ? undefined : result.error.wwwAuthenticate).toBeUndefined();
  });

  it('goes on where a listener for events throws', async () => {
    const issuer = new FakeIssuer();
    const onEvent = () => {
      throw new Error('a fault of the host');
    };
    expect(await verdict(issuer.verifier({ onEvent }), issuer.token())).toBe('ok');
  });

  it('goes on where the promise of a listener for events is rejected', async () => {
    const issuer = new FakeIssuer();
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const onEvent = async () => {
      throw new Error('a broken listener');
    };
    expect(await verdict(issuer.verifier({ onEvent }), issuer.token())).toBe('ok');
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('freezes claims, since requests share them', async () => {
    const issuer = new FakeIssuer();
    const result = await issuer.verifier().verify(issuer.token({ roles: { admin: false } }));
    const claims = result.ok ? (result.claims as { roles?: object }) : undefined;
    expect(() => Object.assign(claims?.roles ?? {}, { admin: true })).toThrow(TypeError);
    expect(() => Object.assign(claims ?? {}, { sub: 'mallory' })).toThrow(TypeError);
  });

  it('shows how old its keys are and what it remembers', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier();
    expect(verifier.status()).toEqual({ keysAgeSeconds: undefined, feed: undefined, cachedTokens: 0 });
    await verifier.verify(issuer.token());
    issuer.advance(7);
    expect(verifier.status()).toEqual({ keysAgeSeconds: 7, feed: undefined, cachedTokens: 1 });
  });

  it('is told to be ready only with keys and a first snapshot', async () => {
    const issuer = new FakeIssuer();
    const feed = fakeSource(issuer, { isCold: true });
    const verifier = issuer.verifier({ feed });
    const ready = verifier.ready().then(() => 'ready');
    expect(await Promise.race([ready, Promise.resolve('not yet')])).toBe('not yet');
    feed.send([]);
    expect(await ready).toBe('ready');
  });
});

describe('a verifier with a feed', () => {
  const cases = [
    { onStale: 'reject', cold: 'feed_cold', stale: 'feed_stale' },
    { onStale: 'accept', cold: 'feed_cold', stale: 'ok' },
  ] as const;

  it.each(cases)('told to $onStale: cold $cold, stale $stale, to the second', async ({ onStale, cold, stale }) => {
    const issuer = new FakeIssuer();
    const feed = fakeSource(issuer, { isCold: true });
    const verifier = issuer.verifier({ feed, onStale, maxStalenessSeconds: 30 });
    const token = issuer.token();
    expect(await verdict(verifier, token)).toBe(cold);
    feed.send([]);
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.advance(30);
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.advance(1);
    expect(await verdict(verifier, token)).toBe(stale);
    feed.send([]);
    expect(await verdict(verifier, token)).toBe('ok');
  });

  it('refuses with 503 and Retry-After while cold and while stale', async () => {
    const issuer = new FakeIssuer();
    const feed = fakeSource(issuer, { isCold: true });
    const verifier = issuer.verifier({ feed });
    const cold = await verifier.verify(issuer.token());
    expect(cold).toMatchObject({ error: { status: 503, retryAfterSeconds: 1, wwwAuthenticate: undefined } });
    feed.send([]);
    issuer.advance(31);
    const stale = await verifier.verify(issuer.token());
    expect(stale).toMatchObject({ error: { status: 503, retryAfterSeconds: 5, wwwAuthenticate: undefined } });
  });

  it('refuses a revoked session as such, however old the list is', async () => {
    const issuer = new FakeIssuer();
    const feed = fakeSource(issuer);
    const verifier = issuer.verifier({ feed });
    const claims = issuer.claims();
    feed.send([{ position: 1, sid: String(claims.sid) }]);
    issuer.advance(600);
    expect(await verdict(verifier, issuer.token(claims))).toBe('revoked');
  });

  it('asks the server about each token while the list is too old, and believes what it says', async () => {
    const issuer = new FakeIssuer();
    const feed = fakeSource(issuer);
    let active: unknown = true;
    issuer.answers.set('/introspect', () => Response.json({ active }));
    const verifier = issuer.verifier({
      feed,
      onStale: 'introspect',
      introspection: { clientId: 'api', clientSecret: 'p:ß' },
    });
    const token = issuer.token();
    expect(await verdict(verifier, token)).toBe('ok');
    expect(issuer.asked('/introspect')).toBe(0);
    issuer.advance(31);
    expect(await verdict(verifier, token)).toBe('ok');
    active = false;
    expect(await verdict(verifier, token)).toBe('inactive');
    active = 'true';
    expect(await verdict(verifier, token)).toBe('introspection_failed');
    const init: RequestInit = issuer.requests.at(-1)?.init ?? {};
    expect(new Headers(init.headers).get('authorization')).toBe(`Basic ${btoa('api:p%3A%C3%9F')}`);
    expect(new URLSearchParams(String(init.body)).get('token')).toBe(token);
  });

  it.each([
    ['/elsewhere', 'inactive', { '/elsewhere': 1 }],
    ['https://evil.example.net/introspect', 'introspection_failed', { '/introspect': 1 }],
  ])('asks where the metadata says, where that is the issuer’s own: %s', async (endpoint, found, asked) => {
    const issuer = new FakeIssuer();
    const introspection_endpoint = new URL(endpoint, issuer.issuer).href;
    issuer.answers.set('/.well-known/oauth-authorization-server', () =>
      Response.json({ issuer: issuer.issuer, introspection_endpoint }),
    );
    issuer.answers.set('/elsewhere', () => Response.json({ active: false }));
    const verifier = issuer.verifier({
      jwks: issuer.jwks(),
      feed: fakeSource(issuer, { isCold: true }),
      onStale: 'introspect',
      introspection: { clientId: 'api', clientSecret: 'secret' },
    });
    expect(await verdict(verifier, issuer.token())).toBe(found);
    for (const [path, times] of Object.entries(asked)) expect(issuer.asked(path)).toBe(times);
    expect(new Set(issuer.requests.map(({ url }) => new URL(url).origin))).toEqual(new Set([issuer.issuer]));
  });

  it('answers 503 where the server cannot be asked', async () => {
    const issuer = new FakeIssuer();
    const events: VerifierEvent[] = [];
    const verifier = issuer.verifier({
      feed: fakeSource(issuer, { isCold: true }),
      onStale: 'introspect',
      introspection: { clientId: 'api', clientSecret: 'secret' },
      onEvent: (event) => events.push(event),
    });
    expect(await verdict(verifier, issuer.token())).toBe('introspection_failed');
    expect(events).toContainEqual({ type: 'introspection_failed', reason: 'status 404' });
  });

  it('asks once for one token that many requests present at the same time', async () => {
    const issuer = new FakeIssuer();
    issuer.answers.set('/introspect', () => Response.json({ active: true }));
    const verifier = issuer.verifier({
      feed: fakeSource(issuer, { isCold: true }),
      onStale: 'introspect',
      introspection: { clientId: 'api', clientSecret: 'secret' },
    });
    const token = issuer.token();
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)));
    expect(issuer.asked('/introspect')).toBe(1);
  });

  it('tells when the list becomes too old and when it is good again, once each', async () => {
    const issuer = new FakeIssuer();
    const events: VerifierEvent[] = [];
    const feed = fakeSource(issuer);
    const verifier = issuer.verifier({ feed, onEvent: (event) => events.push(event) });
    const token = issuer.token();
    await verifier.verify(token);
    issuer.advance(31);
    await verifier.verify(token);
    await verifier.verify(token);
    expect(verifier.status().feed).toEqual({ state: 'stale', ageSeconds: 31, entries: 0 });
    feed.send([]);
    expect(events.filter(({ type }) => type === 'feed_stale' || type === 'feed_fresh')).toEqual([
      { type: 'feed_stale', ageSeconds: 31 },
      { type: 'feed_fresh' },
    ]);
  });
});

/** A feed of the same process, warm unless said otherwise. */
function fakeSource(issuer: FakeIssuer, { isCold = false } = {}): FeedSource & { send: Listener0 } {
  let listener: Parameters<FeedSource['subscribe']>[0] = () => {};
  const send: Listener0 = (entries) => listener(entries, issuer.now / 1000);
  return {
    send,
    subscribe: (given) => {
      listener = given;
      if (!isCold) send([]);
      return () => {};
    },
  };
}

type Listener0 = (entries: Parameters<Parameters<FeedSource['subscribe']>[0]>[0]) => void;
