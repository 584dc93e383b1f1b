/**
 * A client that holds a key and sends a proof by it wherever tokens are given, as stateless sessions need it.
 */
import { createProofKey, type ProofKey } from '../dpop/proof-key.ts';
import { type Answer, expectStatus, issuer, type TestServer, type Tokens } from './open-server.ts';

export interface KeyHolder {
  readonly key: ProofKey;
  /** The header of a fresh proof for a path of `server`. */
  proof(server: TestServer, path: string): { readonly DPoP: string };
  login(server: TestServer, input?: Readonly<Record<string, unknown>>): Promise<Tokens>;
  refresh(server: TestServer, refreshToken: string): Promise<Answer>;
  /** Refreshes, and insists that it worked. */
  refreshed(server: TestServer, refreshToken: string): Promise<Tokens>;
}

export function createKeyHolder(key: ProofKey = createProofKey()): KeyHolder {
  const holder: KeyHolder = {
    key,
    proof: (server, path) => ({ DPoP: key.prove({ url: issuer + path, now: server.now() }) }),
    login: (server, input) => server.login(input, { headers: holder.proof(server, '/login') }),
    refresh: (server, refreshToken) => server.refresh(refreshToken, { headers: holder.proof(server, '/token') }),
    refreshed: async (server, refreshToken) => expectStatus(await holder.refresh(server, refreshToken), 200).body,
  };
  return holder;
}
