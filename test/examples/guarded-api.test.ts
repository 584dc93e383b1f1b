// The guides' examples, on the real frameworks: each lets the right token through and answers every other request as the
// standards say.
import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createExpressApp } from '../../examples/guarded-api/express.ts';
import { createFastifyApp } from '../../examples/guarded-api/fastify.ts';
import { createFetchHandler } from '../../examples/guarded-api/fetch.ts';
import { createHonoApp } from '../../examples/guarded-api/hono.ts';
import { createApiVerifier } from '../../examples/guarded-api/verifier.ts';
import type { Verifier } from '../../src/verifier/index.ts';
import { FakeIssuer } from '../verifier/fake-issuer.ts';
import { expectShown } from './expect-shown.ts';
import { serveExpress, serveFastify, serveFetch } from './serve-app.ts';

const issuer = new FakeIssuer();

/** Starts an API on a free port and gives its address. */
type Start = (verifier: Verifier) => Promise<string>;

const apis: Readonly<Record<string, Start>> = {
  fetch: (verifier) => serveFetch(createFetchHandler(verifier)),
  hono: (verifier) => serveFetch(createHonoApp(verifier).fetch),
  express: (verifier) => serveExpress(createExpressApp(verifier)),
  fastify: (verifier) => serveFastify(createFastifyApp(verifier)),
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
    expectShown('docs/verifier.md', 5);
  });
});
