/**
 * What others read about this server: its metadata (RFC 8414), its public keys (RFC 7517) and its health.
 */
import type { ServerMetadata } from '../../../protocol/wire.ts';
import type { Context } from '../../context.ts';
import { unavailable } from '../problem.ts';

/** How long a key set may be kept, in seconds. Verifiers see a new key that much later at most. */
export const keySetMaxAgeSeconds = 300;

const cacheable: Readonly<Record<string, string>> = { 'Cache-Control': `public, max-age=${keySetMaxAgeSeconds}` };

export function serverMetadata({ settings: { issuerText, scopes } }: Context): Response {
  const metadata: ServerMetadata = {
    issuer: issuerText,
    token_endpoint: `${issuerText}/token`,
    revocation_endpoint: `${issuerText}/revoke`,
    jwks_uri: `${issuerText}/.well-known/jwks.json`,
    grant_types_supported: ['refresh_token'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    ...(scopes ? { scopes_supported: [...scopes] } : {}),
  };
  return Response.json(metadata, { headers: { ...cacheable } });
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
