/**
 * A page with nothing but the client, in `lab`. The query says how it is made: `delivery`, `key` and `renew`; with `instant` whatever
 * is asked for under `/nothing` is answered in the page, with nothing.
 */
import { type Client, createClient } from '../../../src/client/index.ts';
import { withDeviceKey } from '../../../src/client/key.ts';

declare global {
  var lab: { readonly client: Client; readonly fetch: typeof fetch };
}

const query = new URLSearchParams(location.search);
const issuer = location.origin;

function chooseFetch(): typeof fetch {
  if (query.has('key')) return withDeviceKey({ issuer });
  if (!query.has('instant')) return (input, init) => fetch(input, init);
  return async (input, init) => {
    const request = new Request(input, init);
    return new URL(request.url).pathname === '/nothing' ? new Response(null, { status: 204 }) : fetch(request);
  };
}

const client = createClient({
  issuer,
  renew: query.get('renew') === 'ask' ? 'ask' : 'silent',
  ...(query.get('delivery') === 'body' && { delivery: 'body', storage: localStorage }),
  fetch: chooseFetch(),
});
globalThis.lab = { client, fetch: chooseFetch() };
await client.start();
