/**
 * The JWT libraries that the verifier is measured beside, each told to check what we check as far as it can. They are loaded
 * only when they are asked for, from the benchmark's own packages.
 */
import type { PublicJwk } from '../src/protocol/wire.ts';

export interface PeerOrder {
  readonly jwk: PublicJwk;
  readonly issuer: string;
  readonly audience: string;
}

/** A library's way to check a token at once. Throws where the token is not good. */
export type CheckAtOnce = (token: string) => unknown;

export interface PeerVerifiers {
  /** With its cache of verified tokens. Absent, like the next one, where the library does not know the algorithm's name. */
  readonly fastJwt: CheckAtOnce | undefined;
  readonly jsonwebtoken: CheckAtOnce | undefined;
  readonly jose: (token: string) => Promise<unknown>;
}

export async function loadPeers(order: PeerOrder): Promise<PeerVerifiers> {
  const { href } = new URL('peers/jwt-libraries.ts', import.meta.url);
  const { createPeers } = (await import(href)) as { createPeers(order: PeerOrder): Promise<PeerVerifiers> };
  return createPeers(order);
}
