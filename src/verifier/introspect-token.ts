/**
 * Asks the server about one token (RFC 7662), for when the feed is too old to say. The token has been verified already:
 * all that is wanted is whether its session is live.
 */
import { discoverMetadata } from './discover-metadata.ts';
import { type Fetch, fetchJson } from './fetch-json.ts';

/** Who asks: a confidential client of the server. */
export interface IntrospectionClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where; unless given, where the issuer's metadata says, or `/introspect` under the issuer. */
  readonly url?: string;
}

/** `reason` is for logs. */
export type Introspection =
  | { readonly kind: 'active' }
  | { readonly kind: 'inactive' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Asks about a token; requests for one that is already asked about share the answer. Never rejects. */
export type IntrospectToken = (token: string) => Promise<Introspection>;

const maxLength = 64 * 1024;
const deadlineMilliseconds = 5000;

export function createIntrospection(fetch: Fetch, issuer: string, client: IntrospectionClient): IntrospectToken {
  const asked = new Map<string, Promise<Introspection>>();
  let url = client.url;
  const ask = async (token: string): Promise<Introspection> => {
    url ??= await findEndpoint(fetch, issuer);
    return await introspect(fetch, url ?? `${issuer}/introspect`, client, token);
  };
  return (token) => {
    const underWay = asked.get(token) ?? ask(token).finally(() => asked.delete(token));
    asked.set(token, underWay);
    return underWay;
  };
}

async function findEndpoint(fetch: Fetch, issuer: string): Promise<string | undefined> {
  const result = await discoverMetadata(fetch, issuer);
  return result.ok ? result.metadata.introspectionEndpoint : undefined;
}

async function introspect(
  fetch: Fetch,
  url: string,
  { clientId, clientSecret }: IntrospectionClient,
  token: string,
): Promise<Introspection> {
  const headers = {
    authorization: `Basic ${btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const body = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString();
  const answer = await fetchJson(fetch, { url, method: 'POST', headers, body, maxLength, deadlineMilliseconds });
  if (!answer.ok) return { kind: 'failed', reason: answer.reason };
  const { value } = answer;
  const active = typeof value === 'object' && value !== null && 'active' in value ? value.active : undefined;
  if (typeof active !== 'boolean') return { kind: 'failed', reason: 'not an answer to an introspection' };
  return { kind: active ? 'active' : 'inactive' };
}

/** RFC 6749 section 2.3.1: both parts are form-encoded first, which also leaves nothing but ASCII for `btoa`. */
function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
