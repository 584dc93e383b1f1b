import { describe, expect, it } from 'vitest';
import { createPages } from './pages.ts';

describe.each(['', '/auth', '/eu/auth'])('the pages below the issuer’s path %j', async (base) => {
  const pages = createPages(['/', '/account'], base);

  async function get(path: string) {
    const { status, headers, body } = await pages.request(path);
    await body?.cancel();
    return { status, headers: Object.fromEntries(headers) };
  }

  const [, asset = ''] = /src="\.(\/assets\/[^"]+)"/.exec(await (await pages.request(`${base}/`)).text()) ?? [];

  it.each(['/', '/account', '/favicon.svg', asset])(
    'keep %s out of frames, run no script but their own, and tell nobody where a visitor came from',
    async (path) => {
      const { status, headers } = await get(base + path);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    },
  );

  it('are asked for each time, and their assets once', async () => {
    expect((await get(`${base}/account`)).headers['cache-control']).toBe('no-cache');
    expect((await get(base + asset)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it.each([
    '/other',
    '/index.html',
    '/assets/',
    '/assets/..%2findex.html',
    '/assets/%2e%2e%2findex.html',
    '/assets/..%5cindex.html',
    '/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
  ])('are nothing else of the disk, which no cache is told to remember: %s', async (path) => {
    const { status, headers } = await get(base + path);
    expect([status, headers['cache-control']]).toEqual([404, undefined]);
  });
});

describe('the pages below an issuer’s path', () => {
  it('are nowhere else, and send whoever forgot the slash to it', async () => {
    const pages = createPages(['/', '/account'], '/auth');
    for (const path of ['/', '/account', '/favicon.svg']) expect((await pages.request(path)).status).toBe(404);
    const { status, headers } = await pages.request('/auth');
    expect([status, headers.get('location')]).toEqual([302, '/auth/']);
  });
});
