/**
 * What others read about this server: its metadata (RFC 8414), its public keys (RFC 7517) and its health.
 */
import { proofAlgorithms } from '../../../protocol/dpop-proof.ts';
import type { ServerMetadata } from '../../../protocol/wire.ts';
import { allowsBearerRefresh, type Settings } from '../../options.ts';
import { json } from '../answer.ts';
import { clientAuthenticationMethods } from '../client-credentials.ts';
import { healthResponse, jwkSetResponse, serverMetadataResponse } from '../openapi/answers.ts';
import { unavailable } from '../problem.ts';
import type { Route } from '../route.ts';

/** How long a key set may be kept, in seconds. Verifiers see a new key that much later at most. */
export const keySetMaxAgeSeconds = 300;

const cacheable: Readonly<Record<string, string>> = { 'Cache-Control': `public, max-age=${keySetMaxAgeSeconds}` };

/** Each member, and what it says of these settings; a member that says nothing is left out. */
const members: { readonly [Name in keyof ServerMetadata]-?: (settings: Settings) => ServerMetadata[Name] | undefined } =
  {
    issuer: ({ issuerText }) => issuerText,
    token_endpoint: ({ issuerText }) => `${issuerText}/token`,
    revocation_endpoint: ({ issuerText }) => `${issuerText}/revoke`,
    introspection_endpoint: ({ issuerText, clients }) =>
      clients.hasConfidential ? `${issuerText}/introspect` : undefined,
    jwks_uri: ({ issuerText }) => `${issuerText}/.well-known/jwks.json`,
    grant_types_supported: () => ['refresh_token'],
    // There is no authorization endpoint, but RFC 8414 section 2 asks for the list.
    response_types_supported: () => [],
    token_endpoint_auth_methods_supported: authenticationMethods,
    revocation_endpoint_auth_methods_supported: authenticationMethods,
    introspection_endpoint_auth_methods_supported: ({ clients }) =>
      clients.hasConfidential ? clientAuthenticationMethods : undefined,
    dpop_signing_alg_values_supported: () => proofAlgorithms,
    scopes_supported: ({ scopes }) => scopes && [...scopes],
    session_mode: ({ mode }) => mode,
    bearer_refresh_tokens_supported: allowsBearerRefresh,
  };

export const serverMetadata: Route = {
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  summary: 'What this server offers (RFC 8414).',
  gives: { 200: serverMetadataResponse },
  handle: ({ settings }) => {
    const said = Object.entries(members).map(([name, say]) => [name, say(settings)]);
    // Members that say nothing are undefined, which JSON leaves out.
    return json(Object.fromEntries(said), { headers: { ...cacheable } });
  },
};

function authenticationMethods({ clients }: Settings): readonly string[] {
  return [...(clients.hasPublic ? ['none'] : []), ...(clients.hasConfidential ? clientAuthenticationMethods : [])];
}

export const jwkSet: Route = {
  method: 'GET',
  path: '/.well-known/jwks.json',
  summary: 'The public keys of access tokens (RFC 7517).',
  gives: { 200: jwkSetResponse },
  handle: ({ keys }) =>
    json(keys.publicKeys(), { headers: { ...cacheable, 'Content-Type': 'application/jwk-set+json' } }),
};

/** The process answers. */
export const health: Route = {
  method: 'GET',
  path: '/healthz',
  summary: 'The process answers.',
  gives: { 200: healthResponse },
  handle: () => json({ status: 'ok' }),
};

/** The store can be written to, so that sign-ins and refreshes can be answered. */
export const readiness: Route = {
  method: 'GET',
  path: '/readyz',
  summary: 'The store can be written to.',
  gives: { 200: healthResponse },
  handle: async ({ store, clock }) => {
    try {
      clock.observe(await store.checkHealth());
    } catch (error) {
      throw unavailable('the store is not ready', error);
    }
    return json({ status: 'ready' });
  },
};
