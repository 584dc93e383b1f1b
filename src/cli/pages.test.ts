import { describe, expect, it } from 'vitest';
import { createPages } from './pages.ts';

const pages = createPages(['/', '/account']);

async function get(path: string) {
  const { status, headers, body } = await pages.request(path);
  await body?.cancel();
  return { status, headers: Object.fromEntries(headers) };
}

const [, asset = ''] = /src="(\/assets\/[^"]+)"/.exec(await (await pages.request('/')).text()) ?? [];

describe('the pages', () => {
  it.each(['/', '/account', '/favicon.svg', asset])(
    'keep %s out of frames, run no script but their own, and tell nobody where a visitor came from',
    async (path) => {
      const { status, headers } = await get(path);
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
    expect((await get('/account')).headers['cache-control']).toBe('no-cache');
    expect((await get(asset)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it.each([
    '/other',
    '/index.html',
    '/assets/',
    '/assets/../index.html',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/%2e%2e/%2e%2e/package.json',
  ])('are nothing else of the disk: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});
