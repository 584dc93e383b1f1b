import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../stores/memory/index.ts';
import { resolveSettings, type TallystickOptions } from './options.ts';

const least: TallystickOptions = {
  store: createMemoryStore(),
  issuer: 'https://auth.example',
  secrets: ['the root secret of these tests is long'],
};

/** As a host in JavaScript calls it. */
function resolve(options: object) {
  return resolveSettings({ ...least, ...options });
}

describe('the options of a server', () => {
  it('need no more than store, issuer and secrets, and those that are undefined are not given', () => {
    const settings = resolveSettings(least);
    expect(settings).toMatchObject({ audience: ['https://auth.example'], mode: 'stored', explain: false });
    expect(resolve({ audience: undefined, scopes: undefined, onRefresh: undefined })).toEqual({
      ...settings,
      clients: expect.anything(),
    });
  });

  it('are all known', () => {
    const every: Required<TallystickOptions> = {
      ...least,
      authenticate: () => ({ authenticated: false }),
      onRefresh: () => ({ allowed: true }),
      audience: ['https://api.example'],
      algorithm: 'Ed25519',
      accessTokenSeconds: 600,
      inactivityTimeoutSeconds: 0,
      absoluteLifetimeSeconds: 0,
      retryWindowSeconds: 20,
      mayLoseSeconds: 1,
      bindAccessTokens: true,
      requireDpopNonce: true,
      clients: ['app'],
      scopes: ['read', 'write'],
      allowedOrigins: ['https://app.example'],
      trustedProxies: ['10.0.0.0/8'],
      mode: 'stored',
      accept: 'stateless',
      allowBearerRefresh: true,
      deviceLimits: [{ kind: 'mobile', max: 3, atLimit: 'deny' }],
      accessTokenClaims: () => ({}),
      feedSecret: 'x'.repeat(32),
      onEvent: () => {},
      explain: true,
    };
    expect(() => resolveSettings(every)).not.toThrow();
  });

  it.each([
    'https://auth.example',
    'https://auth.example:8443',
    'https://auth.example/eu/auth',
    'https://auth.example/~a-b_c.d',
    'http://localhost:3000',
    'http://127.0.0.1:3000/auth',
    'http://[::1]',
  ])('take the issuer %s', (issuer) => {
    expect(resolve({ issuer }).issuerText).toBe(issuer);
  });

  it.each([
    'https://auth.example/',
    'https://auth.example/a/',
    'https://auth.example/a/../b',
    'https://auth.example/a/./b',
    'https://auth.example/a//b',
    'https://auth.example//a',
    'https://auth.example/a b',
    'https://auth.example/%zz',
    'https://auth.example/%61',
    'https://auth.example/:a',
    'https://auth.example/*',
    'https://auth.example/a#',
    'https://auth.example?',
    'https://auth.example#',
    'https://auth.example?a',
    'https://a:b@auth.example',
    'https://@auth.example',
    ' https://auth.example',
    'https://auth.example\n',
    'https://auth.example:443',
    'https://Auth.example',
    'HTTPS://auth.example',
    'https:auth.example',
    'http://auth.example',
    'ftp://auth.example',
    'auth.example',
    '',
    `https://auth.example/${'a'.repeat(255)}`,
  ])('refuse the issuer %j in one line', (issuer) => {
    expect(() => resolve({ issuer })).toThrow(TypeError);
    expect(() => resolve({ issuer })).toThrow(/^issuer: [^\n]+$/);
  });

  it('say how an issuer has to be written', () => {
    expect(() => resolve({ issuer: ' HTTPS://Auth.example:443/a/../b' })).toThrow(
      'issuer: has to be written https://auth.example/b',
    );
  });

  const wrong: readonly [name: string, options: object][] = [
    ['store', { store: undefined }],
    ['store', { store: 'memory:' }],
    ['store', { store: {} }],
    ['issuer', { issuer: undefined }],
    ['issuer', { issuer: new URL('https://auth.example') }],
    ['secrets', { secrets: undefined }],
    ['secrets', { secrets: 'the root secret of these tests is long' }],
    ['secrets[0]', { secrets: [5] }],
    ['audience', { audience: '' }],
    ['audience', { audience: ' ' }],
    ['audience', { audience: [5] }],
    ['audience', { audience: ['https://api.example', ''] }],
    ['audience', { audience: 'a'.repeat(256) }],
    ['audience', { audience: Array.from({ length: 5 }, () => 'a'.repeat(250)) }],
    ['scopes', { scopes: 'a b' }],
    ['scopes', { scopes: ['a b'] }],
    ['scopes', { scopes: [''] }],
    ['authenticate', { authenticate: 'x' }],
    ['onRefresh', { onRefresh: true }],
    ['accessTokenClaims', { accessTokenClaims: {} }],
    ['onEvent', { onEvent: 'log' }],
    ['bindAccessTokens', { bindAccessTokens: 'false' }],
    ['requireDpopNonce', { requireDpopNonce: 1 }],
    ['allowBearerRefresh', { allowBearerRefresh: 'false' }],
    ['explain', { explain: 'false' }],
    ['clients', { clients: 'app' }],
    ['allowedOrigins', { allowedOrigins: 'https://app.example' }],
    ['trustedProxies', { trustedProxies: '10.0.0.1' }],
    ['deviceLimits', { deviceLimits: 'x' }],
    ['deviceLimits[0].max', { deviceLimits: [{ max: '3', atLimit: 'deny' }] }],
    ['deviceLimits[0].atLimit', { deviceLimits: [{ max: 3, atLimit: 'evict' }] }],
    ['deviceLimits[0].kinds', { deviceLimits: [{ kinds: 'mobile', max: 3, atLimit: 'deny' }] }],
    ['feedSecret', { feedSecret: 5 }],
    ['algorithm', { algorithm: 'HS256' }],
    ['mode', { mode: 'both' }],
    ['accept', { accept: ['stored'] }],
    ['accessTokenSeconds', { accessTokenSeconds: '900' }],
    ['retryWindowSeconds', { retryWindowSeconds: -1 }],
    ['inactivityTimeoutSeconds', { inactivityTimeoutSeconds: 59 }],
    ['retryWindow', { retryWindow: 30 }],
  ];

  it.each(wrong)('are refused by name: %s in %j', (name, options) => {
    expect(() => resolve(options)).toThrow(TypeError);
    expect(() => resolve(options)).toThrow(new RegExp(`^${name.replace(/[[\].]/g, '\\$&')}: [^\\n]+$`));
  });
});
