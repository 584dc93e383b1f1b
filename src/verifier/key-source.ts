/**
 * Where a verifier's keys come from: the issuer's key set over HTTP, or a function in the same process. It fetches and
 * says how long the answer holds; what is in it is judged elsewhere.
 */
import type { JwkSet } from '../protocol/wire.ts';
import { withDeadline } from '../time/with-deadline.ts';
import { discoverMetadata } from './discover-metadata.ts';
import { type Fetch, fetchJson } from './fetch-json.ts';

/** A JWK Set, unchecked, and for how many seconds its server lets it be kept, where it says so. */
export type KeySourceResult =
  | { readonly ok: true; readonly value: unknown; readonly maxAgeSeconds: number | undefined }
  | { readonly ok: false; readonly reason: string };

/** Gets the key set anew each time it is called. Never rejects. */
export type KeySource = () => Promise<KeySourceResult>;

const maxLength = 256 * 1024;
const deadlineMilliseconds = 5000;

/** The key set of `issuer`, at `url` or, where there is none, where the issuer's metadata says. */
export function createRemoteKeySource(fetch: Fetch, issuer: string, url: string | undefined): KeySource {
  let found = url;
  return async () => {
    const where = found === undefined ? await findKeySet(fetch, issuer) : { ok: true as const, url: found };
    if (!where.ok) return where;
    found = where.url;
    const answer = await fetchJson(fetch, {
      url: where.url,
      headers: { accept: keySetTypes },
      maxLength,
      deadlineMilliseconds,
    });
    if (answer.ok) return { ok: true, value: answer.value, maxAgeSeconds: maxAgeOf(answer.headers) };
    // It may have moved.
    found = url;
    return { ok: false, reason: `key set: ${answer.reason}` };
  };
}

const keySetTypes = 'application/jwk-set+json, application/json';

type FoundKeySet = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly reason: string };

async function findKeySet(fetch: Fetch, issuer: string): Promise<FoundKeySet> {
  const result = await discoverMetadata(fetch, issuer);
  if (!result.ok) return result;
  const { jwksUri } = result.metadata;
  return jwksUri === undefined
    ? { ok: false, reason: 'no key set in the metadata of the issuer' }
    : { ok: true, url: jwksUri };
}

/** What is left of `max-age` after the time that the answer has spent in caches (RFC 9111 section 4.2). */
function maxAgeOf(headers: Headers): number | undefined {
  const maxAge = /(?:^|[\s,])max-age="?(\d{1,10})/i.exec(headers.get('cache-control') ?? '')?.[1];
  const age = Number(headers.get('age') ?? 0) || 0;
  return maxAge === undefined ? undefined : Math.max(0, Number(maxAge) - age);
}

/** For a host that runs server and API in one process. It may hang as any server may: requests wait for the keys. */
export function createLocalKeySource(
  read: () => JwkSet | Promise<JwkSet>,
  milliseconds: number = deadlineMilliseconds,
): KeySource {
  const readAsync = async () => read();
  return async () => {
    try {
      return { ok: true, value: await withDeadline(readAsync(), milliseconds), maxAgeSeconds: undefined };
    } catch {
      return { ok: false, reason: 'the key source of this process failed' };
    }
  };
}
