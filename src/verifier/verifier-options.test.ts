import { describe, expect, it } from 'vitest';
import type { VerifierOptions } from './index.ts';
import { resolveOptions } from './verifier-options.ts';

const least: VerifierOptions = { issuer: 'https://auth.example.com', audience: 'https://api.example.com' };

describe('the options of a verifier', () => {
  it('need no more than issuer and audience', () => {
    expect(resolveOptions(least)).toMatchObject({ audience: ['https://api.example.com'], onStale: 'reject' });
  });

  const wrong: readonly [name: string, options: object][] = [
    ['issuer', { issuer: 'https://auth.example.com/' }],
    ['audience', { audience: '' }],
    ['audience', { audience: [] }],
    ['audience', { audience: ['a', 7] }],
    ['audience', { audience: undefined }],
    ['algorithms', { algorithms: [] }],
    ['algorithms', { algorithms: ['HS256'] }],
    ['algorithms', { algorithms: ['__proto__'] }],
    ['clockToleranceSeconds', { clockToleranceSeconds: 61 }],
    ['maxLifetimeSeconds', { maxLifetimeSeconds: 0 }],
    ['maxTokenLength', { maxTokenLength: 1.5 }],
    ['realm', { realm: 'a"b' }],
    ['realm', { realm: 'a\r\nb' }],
    ['realm', { realm: '' }],
    ['onStale', { onStale: 'ignore' }],
    ['introspection', { onStale: 'introspect' }],
    ['introspection.url', { introspection: { clientId: 'a', clientSecret: 'b', url: 'http://a.example' } }],
    ['feed.secret', { feed: { secret: 'x'.repeat(31) } }],
    ['feed.secret', { feed: {} }],
    ['feed.secret', { feed: { secret: `two words ${'x'.repeat(32)}` } }],
    ['feed.secret', { feed: { secret: `${'x'.repeat(32)}\n` } }],
    ['feed.secret', { feed: { secret: `${'x'.repeat(32)}é` } }],
    ['maxStalenessSeconds', { maxStalenessSeconds: 0 }],
    ['maxStalenessSeconds', { maxStalenessSeconds: Number.NaN }],
    ['maxRevocations', { maxRevocations: 0 }],
    ['keyCooldownSeconds', { keyCooldownSeconds: 0 }],
    ['keyCooldownSeconds', { keyCooldownSeconds: 301 }],
    ['keyHardLimitSeconds', { keyHardLimitSeconds: 299 }],
    ['proofs.nonceSecret', { proofs: { nonceSecret: 'x'.repeat(31) } }],
    ['proofs.origin', { proofs: { origin: 'https://api.example.com/' } }],
    ['proofs.origin', { proofs: { origin: 'https://api.example.com/transfers' } }],
    ['proofs.origin', { proofs: { origin: 'http://api.example.com' } }],
    ['feeds', { feeds: { secret: 'a-secret' } }],
    ['constructor', { constructor: undefined }],
    ['feed.secrets', { feed: { secret: 'a-secret', secrets: 'another' } }],
    ['introspection.clientsecret', { introspection: { clientId: 'a', clientSecret: 'b', clientsecret: 'c' } }],
    ['proofs.requireNonces', { proofs: { requireNonces: true } }],
    ['cache.maxToken', { cache: { maxToken: 7 } }],
    ['cache.maxTokens', { cache: { maxTokens: -1 } }],
    ['cache.maxCharacters', { cache: { maxCharacters: 0.5 } }],
  ];

  it.each(wrong)('are refused by name: %s in %j', (name, options) => {
    const given = { ...least, ...options };
    expect(() => resolveOptions(given)).toThrow(TypeError);
    expect(() => resolveOptions(given)).toThrow(new RegExp(`^${name}: `));
  });

  it('are refused without a word of the feed’s secret', () => {
    const feed = { secret: `quoted\r\nby-fetch-${'x'.repeat(32)}` };
    expect(() => resolveOptions({ ...least, feed })).toThrow(
      /^feed.secret: 32 characters or more, of letters, digits and -\._~\+\/$/,
    );
  });
});
