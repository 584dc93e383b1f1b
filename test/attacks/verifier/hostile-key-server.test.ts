// Attack: through the keys: an issuer that is down, slow, huge, redirecting, or not the issuer; strangers who would have it
// asked for ever; keys that were stolen and removed.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchJson } from '../../../src/verifier/fetch-json.ts';
import type { Fetch, VerifierEvent } from '../../../src/verifier/index.ts';
import { createLocalKeySource } from '../../../src/verifier/key-source.ts';
import { createFakeKey, FakeIssuer, verdict } from '../../verifier/fake-issuer.ts';

const keysPath = '/.well-known/jwks.json';
const metadataPath = '/.well-known/oauth-authorization-server';

describe('an unknown kid', () => {
  it('makes the keys be fetched once a cool-down, however many there are', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ keyCooldownSeconds: 30 });
    await verifier.ready();
    const flood = async () => {
      const tokens = Array.from({ length: 500 }, (_, index) => issuer.token({}, { kid: `k${index}-${issuer.now}` }));
      const verdicts = new Set(await Promise.all(tokens.map((token) => verdict(verifier, token))));
      expect([...verdicts]).toEqual(['unknown_key']);
    };
    await flood();
    expect(issuer.asked(keysPath)).toBe(1);
    issuer.advance(30);
    await flood();
    await flood();
    expect(issuer.asked(keysPath)).toBe(2);
  });

  it('is found after the fetch, for all who wait for it', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier();
    await verifier.ready();
    issuer.advance(31);
    const next = createFakeKey();
    issuer.keys.push(next);
    const tokens = Array.from({ length: 20 }, () => issuer.token({}, {}, next));
    expect(new Set(await Promise.all(tokens.map((token) => verdict(verifier, token))))).toEqual(new Set(['ok']));
    expect(issuer.asked(keysPath)).toBe(2);
  });

  it('makes nobody ask where the token is not even for us', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier();
    for (const claims of [{ aud: 'x' }, { iss: 'x' }, { exp: 1 }]) await verifier.verify(issuer.token(claims));
    await verifier.verify('junk');
    expect(issuer.requests).toEqual([]);
  });
});

describe('an issuer that is down', () => {
  it('is done without up to the hard limit, and then nothing is accepted', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ keyHardLimitSeconds: 3600 });
    await verifier.ready();
    issuer.answers.set(keysPath, () => Promise.reject(new Error('connection refused')));
    for (let minute = 1; minute < 60; minute += 1) {
      issuer.advance(60);
      expect(await verdict(verifier, issuer.token())).toBe('ok');
    }
    issuer.advance(60);
    const result = await verifier.verify(issuer.token());
    expect(result).toMatchObject({ ok: false, error: { status: 503, detail: 'no_keys' } });
    issuer.answers.delete(keysPath);
    issuer.advance(30);
    expect(await verdict(verifier, issuer.token())).toBe('ok');
  });

  it('holds up nobody, though it takes every question and answers none', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ keyHardLimitSeconds: 3600 });
    await verifier.ready();
    issuer.answers.set(keysPath, () => new Response('', { status: 500 }));
    issuer.advance(230);
    expect(verifier.check(issuer.token())).toMatchObject({ ok: true });
    await verifier.ready();
    issuer.answers.set(keysPath, () => new Promise(() => {}));
    for (const seconds of [29, 1, 30, 29]) {
      issuer.advance(seconds);
      expect(verifier.check(issuer.token())).toMatchObject({ ok: true });
    }
    // Long after the last failure an issuer may be up again: then a removed key has to be found out first.
    issuer.advance(1);
    expect(verifier.check(issuer.token())).toBeUndefined();
  });

  it('is asked once a cool-down, not for each token', async () => {
    const issuer = new FakeIssuer();
    issuer.answers.set(keysPath, () => new Response('', { status: 500 }));
    const verifier = issuer.verifier({ jwks: `${issuer.issuer}${keysPath}` });
    for (let round = 0; round < 100; round += 1) await verifier.verify(issuer.token());
    expect(issuer.asked(keysPath)).toBe(1);
  });

  it('leaves the keys in use where it answers with a set that is refused', async () => {
    const issuer = new FakeIssuer();
    const events: VerifierEvent[] = [];
    const verifier = issuer.verifier({ onEvent: (event) => events.push(event) });
    await verifier.ready();
    issuer.answers.set(keysPath, () => Response.json({ keys: [{ kty: 'oct', k: 'AAAA', kid: issuer.key.kid }] }));
    issuer.advance(301);
    expect(await verdict(verifier, issuer.token())).toBe('ok');
    expect(events.at(-1)).toEqual({ type: 'keys_failed', reason: 'symmetric_key' });
  });
});

it('keys that have moved are looked for in the metadata again', async () => {
  const issuer = new FakeIssuer();
  const verifier = issuer.verifier();
  await verifier.ready();
  issuer.answers.set(keysPath, () => new Response('', { status: 404 }));
  issuer.answers.set('/keys', () => Response.json(issuer.jwks()));
  issuer.answers.set(metadataPath, () => Response.json({ issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/keys` }));
  issuer.keys = [createFakeKey()];
  issuer.advance(301);
  expect(await verdict(verifier, issuer.token())).toBe('unknown_key');
  issuer.advance(30);
  expect(await verdict(verifier, issuer.token())).toBe('ok');
});

describe('a clock that goes back', () => {
  it('makes the keys be fetched again, since nobody knows how old they are', async () => {
    const issuer = new FakeIssuer(createFakeKey(), createFakeKey());
    const verifier = issuer.verifier();
    const removed = issuer.key;
    await verifier.ready();
    issuer.keys = issuer.keys.slice(1);
    issuer.advance(-600);
    expect(await verdict(verifier, issuer.token({}, {}, removed))).toBe('unknown_key');
    expect(issuer.asked(keysPath)).toBe(2);
  });

  it('does not keep the keys from being fetched until it is where it was', async () => {
    const issuer = new FakeIssuer();
    issuer.answers.set(keysPath, () => new Response('', { status: 500 }));
    const verifier = issuer.verifier();
    expect(await verdict(verifier, issuer.token())).toBe('no_keys');
    issuer.answers.delete(keysPath);
    issuer.advance(-3600);
    expect(await verdict(verifier, issuer.token())).toBe('ok');
  });
});

describe('a key that was removed', () => {
  it.each([
    ['public, max-age=60', 60],
    ['max-age=86400', 300],
    ['max-age=0', 30],
    ['no-store', 300],
    [undefined, 300],
    ['s-maxage=9000, max-age="90"', 90],
    ['max-age=nonsense', 300],
  ])('is accepted no longer than its set is fresh: %s means %i s', async (cacheControl, bound) => {
    const issuer = new FakeIssuer(createFakeKey(), createFakeKey());
    const headers: Record<string, string> = cacheControl === undefined ? {} : { 'cache-control': cacheControl };
    issuer.answers.set(keysPath, () => Response.json(issuer.jwks(), { headers }));
    const verifier = issuer.verifier();
    const token = issuer.token({ exp: issuer.now / 1000 + 3600 });
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.keys = issuer.keys.slice(1);
    issuer.advance(bound * 0.74);
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.advance(bound * 0.26);
    expect(await verdict(verifier, token)).toBe('unknown_key');
  });

  it('counts the time that the set has lain in caches', async () => {
    const issuer = new FakeIssuer();
    const headers = { 'cache-control': 'max-age=100', age: '40' };
    issuer.answers.set(keysPath, () => Response.json(issuer.jwks(), { headers }));
    const verifier = issuer.verifier();
    const removed = issuer.key;
    await verifier.ready();
    issuer.keys = [createFakeKey()];
    issuer.advance(60);
    expect(await verdict(verifier, issuer.token({}, {}, removed))).toBe('unknown_key');
    expect(issuer.asked(keysPath)).toBe(2);
  });

  it('is out in seconds where the keys are of the same process', async () => {
    const issuer = new FakeIssuer(createFakeKey(), createFakeKey());
    const verifier = issuer.verifier({ jwks: () => issuer.jwks() });
    const token = issuer.token();
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.keys = issuer.keys.slice(1);
    issuer.advance(5);
    expect(await verdict(verifier, token)).toBe('unknown_key');
  });

  it('is fetched about in the background before anyone has to wait', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier();
    await verifier.ready();
    issuer.advance(230);
    expect(verifier.check(issuer.token())).toMatchObject({ ok: true });
    expect(issuer.asked(keysPath)).toBe(2);
    await verifier.ready();
    issuer.advance(100);
    expect(verifier.check(issuer.token())).toMatchObject({ ok: true });
    expect(issuer.asked(keysPath)).toBe(2);
  });
});

describe('metadata', () => {
  it.each([
    ['of another issuer', { issuer: 'https://auth.example.com.evil.net' }],
    ['with a slash more', { issuer: 'https://auth.example.com/' }],
    ['without an issuer', { issuer: undefined }],
    ['with keys on another host', { jwks_uri: 'https://evil.example.net/jwks.json' }],
    ['with keys on another port', { jwks_uri: 'https://auth.example.com:8443/.well-known/jwks.json' }],
    ['with keys over plain http', { jwks_uri: 'http://auth.example.com/.well-known/jwks.json' }],
    ['with keys in itself', { jwks_uri: 'data:application/json,{"keys":[]}' }],
    ['with keys on the disk', { jwks_uri: 'file:///etc/passwd' }],
    ['without keys', { jwks_uri: undefined }],
    ['with keys nowhere', { jwks_uri: 7 }],
  ])('%s is not believed', async (_, changes) => {
    const issuer = new FakeIssuer();
    const genuine = { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}${keysPath}` };
    issuer.answers.set(metadataPath, () => Response.json({ ...genuine, ...changes }));
    expect(await verdict(issuer.verifier(), issuer.token())).toBe('no_keys');
    expect(issuer.requests.map(({ url }) => new URL(url).pathname)).toEqual([metadataPath]);
  });

  it('of an issuer with a path is looked for where RFC 8414 puts it, then where it is mounted', async () => {
    const issuer = new FakeIssuer();
    const mounted = `${issuer.issuer}/auth`;
    const { keys } = issuer;
    const asked: string[] = [];
    const fetch: Fetch = async (url) => {
      asked.push(new URL(url).pathname);
      if (url.endsWith('/auth/keys')) return Response.json({ keys: keys.map(({ jwk }) => jwk) });
      if (!url.includes('/auth/.well-known')) return new Response('', { status: 404 });
      return Response.json({ issuer: mounted, jwks_uri: `${mounted}/keys` });
    };
    expect(await verdict(issuer.verifier({ issuer: mounted, fetch }), issuer.token({ iss: mounted }))).toBe('ok');
    expect(asked).toEqual([`${metadataPath}/auth`, `/auth${metadataPath}`, '/auth/keys']);
  });

  it.each([500, 503])('is looked for nowhere else where the first place answers %i', async (status) => {
    const issuer = new FakeIssuer();
    issuer.answers.set(`${metadataPath}/auth`, () => new Response(null, { status }));
    const mounted = `${issuer.issuer}/auth`;
    expect(await verdict(issuer.verifier({ issuer: mounted }), issuer.token({ iss: mounted }))).toBe('no_keys');
    expect(issuer.requests.map(({ url }) => new URL(url).pathname)).toEqual([`${metadataPath}/auth`]);
  });
});

describe('addresses', () => {
  const issuer = new FakeIssuer();
  it.each([
    'http://auth.example.com',
    'ftp://auth.example.com',
    'auth.example.com',
    '',
    'https://user@auth.example.com',
    'https://:pass@auth.example.com',
    'https://auth.example.com/#a',
    'http://localhost.evil.net',
    'http://127.0.0.1.evil.net',
    'http://10.0.0.1',
  ])('cannot be %s', (url) => {
    expect(() => issuer.verifier({ issuer: url })).toThrow(/^issuer: /);
    expect(() => issuer.verifier({ jwks: url })).toThrow(/^jwks: /);
    expect(() => issuer.verifier({ feed: { secret: issuer.feedSecret, url } })).toThrow(/^feed.url: /);
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'https://auth.example.com/a'])(
    'can be %s',
    (url) => {
      expect(() => issuer.verifier({ issuer: url })).not.toThrow();
    },
  );
});

it('keys of the same process that are never there are waited for no longer than others', async () => {
  const [hanging, throwing] = [() => new Promise<never>(() => {}), () => Promise.reject(new Error('a secret'))].map(
    (read) => createLocalKeySource(read, 10),
  );
  const failed = { ok: false, reason: 'the key source of this process failed' };
  expect([await hanging?.(), await throwing?.()]).toEqual([failed, failed]);
});

describe('over a real connection', () => {
  let server: Server | undefined;
  afterEach(() => server?.closeAllConnections());

  const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
    const listening = createServer(answer);
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    listening.unref();
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  };
  const get = (url: string, deadlineMilliseconds = 5000) =>
    fetchJson((address, init) => fetch(address, init), { url, maxLength: 64 * 1024, deadlineMilliseconds });

  it('a redirect is not followed, wherever it leads', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await get(`${url}/keys`)).toEqual({ ok: false, reason: 'status 302', status: 302 });
    expect(asked).toEqual(['/keys']);
  });

  it('a body without end is given up at the limit', async () => {
    let sent = 0;
    const url = await serve((_, response) => {
      const more = () => {
        for (let isFree = true; isFree && !response.destroyed; ) {
          sent += 65_536;
          isFree = response.write(' '.repeat(65_536));
        }
      };
      response.on('drain', more);
      more();
    });
    expect(await get(url)).toEqual({ ok: false, reason: 'more than 65536 bytes', status: 200 });
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  it('a body that is small until it is unpacked is given up at the limit', async () => {
    const packed = gzipSync(Buffer.alloc(16 * 1024 * 1024, ' '));
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(packed);
    });
    expect(packed.length).toBeLessThan(65_536);
    expect(await get(url)).toEqual({ ok: false, reason: 'more than 65536 bytes', status: 200 });
  });

  it('no answer at all is waited for up to the deadline, and hung up on', async () => {
    const hungUp = Promise.withResolvers<void>();
    const url = await serve((_, response) => response.on('close', hungUp.resolve));
    expect(await get(url, 100)).toEqual({ ok: false, reason: 'no answer in time' });
    await hungUp.promise;
  });

  it('a drip is given up at the deadline, and hung up on', async () => {
    const hungUp = Promise.withResolvers<void>();
    const url = await serve((_, response) => {
      response.write('{"keys":');
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => {
        clearInterval(drip);
        hungUp.resolve();
      });
    });
    expect(await get(url, 200)).toEqual({ ok: false, reason: 'no answer in time' });
    await hungUp.promise;
  });

  it.each(['', '{', 'not json', '\xff', '{"a":"\xff"}'])('a body that is no JSON is no answer: %j', async (body) => {
    const url = await serve((_, response) => response.end(Buffer.from(body, 'latin1')));
    expect(await get(url)).toMatchObject({ ok: false });
  });
});
