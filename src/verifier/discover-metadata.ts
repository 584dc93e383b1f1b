/**
 * Finds an issuer's metadata (RFC 8414), believing it only if it says it is that issuer's. Endpoints that lie on another
 * origin than the issuer are not taken from it: whoever wants those names them in the options.
 */
import { type Fetch, fetchJson } from './fetch-json.ts';

/** Where to find what, as far as the metadata says. */
export interface IssuerMetadata {
  readonly jwksUri: string | undefined;
  readonly introspectionEndpoint: string | undefined;
}

/** `reason` is for logs. */
export type MetadataResult =
  | { readonly ok: true; readonly metadata: IssuerMetadata }
  | { readonly ok: false; readonly reason: string };

const maxLength = 64 * 1024;
const deadlineMilliseconds = 5000;

/** Looks where RFC 8414 section 3.1 puts the document and, where the issuer has a path, below that path too. Never rejects. */
export async function discoverMetadata(fetch: Fetch, issuer: string): Promise<MetadataResult> {
  let result: MetadataResult = { ok: false, reason: '' };
  for (const url of metadataUrls(issuer)) {
    const answer = await fetchJson(fetch, { url, maxLength, deadlineMilliseconds });
    result = answer.ok ? readMetadata(answer.value, issuer) : { ok: false, reason: `metadata: ${answer.reason}` };
    // The application at the top of the origin may answer with anything there: a page for every path, or a way to its sign-in.
    if (result.ok || (!answer.ok && isInTrouble(answer.status))) break;
  }
  return result;
}

/** Then the document may well be there, and whoever does not answer is not waited for twice. */
function isInTrouble(status = 500): boolean {
  return status >= 500;
}

function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const name = '/.well-known/oauth-authorization-server';
  // A server that is mounted under a path answers there alone.
  return path === '' ? [origin + name] : [origin + name + path, origin + path + name];
}

function readMetadata(value: unknown, issuer: string): MetadataResult {
  if (typeof value !== 'object' || value === null) return { ok: false, reason: 'metadata: not an object' };
  const members = value as Readonly<Record<string, unknown>>;
  // RFC 8414 section 3.3: identical, or an attacker's metadata would be taken for the issuer's.
  if (members.issuer !== issuer) return { ok: false, reason: 'metadata: of another issuer' };
  const own = (endpoint: unknown) => (isOnOrigin(endpoint, issuer) ? endpoint : undefined);
  return {
    ok: true,
    metadata: { jwksUri: own(members.jwks_uri), introspectionEndpoint: own(members.introspection_endpoint) },
  };
}

function isOnOrigin(endpoint: unknown, issuer: string): endpoint is string {
  return typeof endpoint === 'string' && URL.canParse(endpoint) && new URL(endpoint).origin === new URL(issuer).origin;
}
