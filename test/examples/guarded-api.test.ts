// The guides' examples, on the real frameworks: each lets the right token through and answers every other request as the
// standards say.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { serve } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createExpressApp } from '../../examples/guarded-api/express.ts';
import { createFastifyApp } from '../../examples/guarded-api/fastify.ts';
import { createFetchHandler } from '../../examples/guarded-api/fetch.ts';
import { createHonoApp } from '../../examples/guarded-api/hono.ts';
import { createApiVerifier } from '../../examples/guarded-api/verifier.ts';
import type { Verifier } from '../../src/verifier/index.ts';
import { FakeIssuer } from '../verifier/fake-issuer.ts';

const issuer = new FakeIssuer();

/** Starts an API on a free port and gives its address. */
type Start = (verifier: Verifier) => Promise<string>;

function listening(server: { address(): unknown; close(): unknown }): string {
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { readonly port: number }).port}`;
}

function serveFetch(fetch: (request: Request) => Response | Promise<Response>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(listening(server)));
  return promise;
}

const apis: Readonly<Record<string, Start>> = {
  fetch: (verifier) => serveFetch(createFetchHandler(verifier)),
  hono: (verifier) => serveFetch(createHonoApp(verifier).fetch),
  express: (verifier) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const server = createExpressApp(verifier).listen(0, '127.0.0.1', () => resolve(listening(server)));
    return promise;
  },
  fastify: async (verifier) => {
    const app = createFastifyApp(verifier);
    onTestFinished(() => app.close());
    return await app.listen({ port: 0, host: '127.0.0.1' });
  },
};

describe.each(Object.keys(apis))('the example for %s', (name) => {
  it('lets a token of the right scope through, and tells every other request what is missing', async () => {
    const url = await (apis[name] as Start)(issuer.verifier());
    const ask = (token?: string) =>
      fetch(`${url}/transfers`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
    const good = await ask(issuer.token({ scope: 'transfers accounts' }));
    expect([good.status, await good.json()]).toEqual([200, { transfers: [], of: 'alice' }]);
    const answers = [await ask(), await ask('x'), await ask(issuer.token({ scope: 'accounts' }))];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 403]);
    expect(answers.map(({ headers }) => headers.get('www-authenticate')?.match(/error="(\w+)"/)?.[1])).toEqual([
      undefined,
      'invalid_token',
      'insufficient_scope',
    ]);
    expect(await answers[2]?.json()).toMatchObject({ error: 'insufficient_scope' });
  });

  it('refuses two tokens, of which Node by itself would drop the second', async () => {
    const url = await (apis[name] as Start)(issuer.verifier());
    const authorization = `Bearer ${issuer.token({ scope: 'transfers' })}`;
    expect(await statusOf(`${url}/transfers`, ['authorization', authorization])).toBe(200);
    const twice = ['authorization', authorization, 'Authorization', 'Bearer x'];
    expect(await statusOf(`${url}/transfers`, twice)).toBe(400);
  });
});

/** The status of an answer to headers as they stand: fetch would make one of two of the same name. */
async function statusOf(url: string, headers: readonly string[]): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const sent = request(url, { headers: ['host', new URL(url).host, ...headers] });
  sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
  sent.end();
  return promise;
}

it('makes one verifier, which refuses until it knows what was revoked', async () => {
  const verifier = createApiVerifier('the-secret-of-a-feed-that-nobody-answers-for');
  onTestFinished(() => verifier.close());
  expect(verifier.status().feed?.state).toBe('cold');
});

describe('the page about the verifier', () => {
  it('shows the examples word for word', () => {
    const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    const blocks = read('docs/verifier.md').matchAll(/<!-- (examples\/[\w/.-]+) -->\n```ts\n(.*?)```/gs);
    const shown = [...blocks].map(([, path = '', code = '']) => ({ path, code }));
    expect(shown.map(({ path }) => path)).toHaveLength(5);
    for (const { path, code } of shown)
      expect({ path, code: read(path).endsWith(`\n${code}`) }).toEqual({ path, code: true });
  });
});
