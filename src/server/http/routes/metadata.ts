/**
 * What others read about this server: its metadata (RFC 8414), its public keys (RFC 7517) and its health.
 */
import { proofAlgorithms } from '../../../protocol/dpop-proof.ts';
import type { ServerMetadata } from '../../../protocol/wire.ts';
import type { Context } from '../../context.ts';
import type { Settings } from '../../options.ts';
import { clientAuthenticationMethods } from '../client-credentials.ts';
import { unavailable } from '../problem.ts';

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
  };

export function serverMetadata({ settings }: Context): Response {
  const said = Object.entries(members).map(([name, say]) => [name, say(settings)]);
  // Members that say nothing are undefined, which JSON leaves out.
  return Response.json(Object.fromEntries(said), { headers: { ...cacheable } });
}

function authenticationMethods({ clients }: Settings): readonly string[] {
  return [...(clients.hasPublic ? ['none'] : []), ...(clients.hasConfidential ? clientAuthenticationMethods : [])];
}

export function jwkSet({ keys }: Context): Response {
  return Response.json(keys.publicKeys(), { headers: { ...cacheable, 'Content-Type': 'application/jwk-set+json' } });
}

/** The process answers. */
export function health(): Response {
  return Response.json({ status: 'ok' });
}

/** The store can be written to, so that sign-ins and refreshes can be answered. */
export async function readiness({ store, clock }: Context): Promise<Response> {
  try {
    clock.observe(await store.checkHealth());
  } catch (error) {
    throw unavailable('the store is not ready', error);
  }
  return Response.json({ status: 'ready' });
}
