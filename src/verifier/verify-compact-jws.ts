/**
 * Checks a compact JWS (RFC 7515) against one key, and nothing else: **no** claim, no type, no time, no revocation. The
 * verifier is made of the same pieces; this is their shortest way from text to verdict, for tests and for tools.
 */
import { type JsonObject, type JwsFault, splitCompactJws } from '../protocol/compact-jws.ts';
import type { AlgorithmName } from './algorithms.ts';
import { checkJwk, type JwkFault } from './check-jwk.ts';
import { type ImportedKey, importKey } from './import-key.ts';
import { findNodeCrypto } from './node-crypto.ts';

/** The signed bytes, or why there are none. */
export type VerifyJwsResult =
  | { readonly ok: true; readonly header: JsonObject; readonly payload: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly reason: JwsFault | JwkFault | 'wrong_alg' | 'wrong_signature' };

export interface VerifyJwsOptions {
  /** The algorithms to choose from. The key pins one of them; the token has no say. */
  readonly algorithms: readonly AlgorithmName[];
  /** In characters. */
  readonly maxLength?: number;
  /** Web Crypto even where there is `node:crypto`. */
  readonly useWebCrypto?: boolean;
}

/** Checks `token` against `jwk`, an untrusted value too. Does not throw, whatever it is given. */
export async function verifyCompactJws(
  token: string,
  jwk: unknown,
  options: VerifyJwsOptions,
): Promise<VerifyJwsResult> {
  const jws = splitCompactJws(token, options.maxLength);
  if (!jws.ok) return jws;
  const checked = checkJwk(jwk, options.algorithms);
  if (!checked.ok) return checked;
  const key = await importKey(checked.key, options.useWebCrypto ? undefined : findNodeCrypto()).catch(() => undefined);
  if (key === undefined) return { ok: false, reason: 'malformed_key' };
  if (!isSignedWith(jws.header, key)) return { ok: false, reason: 'wrong_alg' };
  const isGenuine = await key.check(jws.signingInput, jws.signature);
  return isGenuine
    ? { ok: true, header: jws.header, payload: jws.payload.slice() }
    : { ok: false, reason: 'wrong_signature' };
}

/** Whether a token says of itself what the key says of it. Compared as it stands: `alg` is case-sensitive. */
export function isSignedWith(header: JsonObject, key: Pick<ImportedKey, 'alg'>): boolean {
  return header.alg === key.alg;
}
