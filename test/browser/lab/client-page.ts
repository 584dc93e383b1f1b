/**
 * A page with nothing but the client, in `lab`. The query says how it is made: `delivery`, `key` and `renew`.
 */
import { type Client, createClient } from '../../../src/client/index.ts';
import { withDeviceKey } from '../../../src/client/key.ts';

declare global {
  var lab: { readonly client: Client };
}

const query = new URLSearchParams(location.search);
const issuer = location.origin;

const client = createClient({
  issuer,
  renew: query.get('renew') === 'ask' ? 'ask' : 'silent',
  ...(query.get('delivery') === 'body' && { delivery: 'body', storage: localStorage }),
  ...(query.has('key') && { fetch: withDeviceKey({ issuer }) }),
});
globalThis.lab = { client };
await client.start();
