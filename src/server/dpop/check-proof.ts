/**
 * Whether a DPoP proof (RFC 9449) is good for a request: everything of section 4.3 but that it has not been used before,
 * which is for whoever acts on it to find out, and which key it has to be.
 */
import { createHash, createPublicKey } from 'node:crypto';
import {
  checkDpopProof,
  type DpopProof,
  type ProofExpectation,
  type ProofFault,
  parseDpopProof,
  proofSignatureLength,
  singleUseText,
} from '../../protocol/dpop-proof.ts';
import type { SingleUse } from '../../stores/store.ts';
import { algorithms } from '../keys/algorithms.ts';
import { jwkThumbprint } from '../keys/thumbprint.ts';
import type { DpopNonces } from './dpop-nonces.ts';

/** A good proof: whose key it is by, and what has to be remembered so that it is good once. */
export interface KeyProof {
  /** RFC 7638. */
  readonly keyThumbprint: string;
  /** Absent where whoever verified the proof has seen to that. */
  readonly use?: SingleUse | undefined;
}

export type CheckedProof =
  | { readonly ok: true; readonly proof: KeyProof & { readonly use: SingleUse }; readonly usedNonce: boolean }
  | { readonly ok: false; readonly reason: ProofFault | 'wrong_signature' };

/** The request that a proof came with. `accessToken`: the one that came beside it, at an endpoint that takes these. */
export interface ProofRequest extends Pick<ProofExpectation, 'method' | 'url' | 'now' | 'requiresNonce'> {
  readonly accessToken?: string | undefined;
}

/** How much longer a use is remembered, in milliseconds: this server knows the store's clock only as of its last look. */
const clockMargin = 10_000;

/** Checks the value of the header. Reads nothing from the store and never throws. */
export function checkProof(header: string, request: ProofRequest, nonces: DpopNonces): CheckedProof {
  const parsed = parseDpopProof(header);
  if (!parsed.ok) return parsed;
  const { proof } = parsed;
  const { accessToken, now } = request;
  const checked = checkDpopProof(proof, {
    ...request,
    accessTokenHash: accessToken === undefined ? undefined : sha256(accessToken),
    nonceGoodUntil: proof.nonce === undefined ? undefined : nonces.goodUntil(proof.nonce, now),
  });
  // Before anything that depends on the server's own state is told, it is the key's holder who asks.
  if (!isSigned(proof)) return { ok: false, reason: 'wrong_signature' };
  if (!checked.ok) return checked;
  const use = { key: `dpop ${sha256(singleUseText(proof))}`, until: checked.usedUntil + clockMargin };
  return { ok: true, proof: { keyThumbprint: jwkThumbprint(proof.key), use }, usedNonce: proof.nonce !== undefined };
}

function isSigned({ algorithm, key, jws }: DpopProof): boolean {
  if (jws.signature.length !== proofSignatureLength) return false;
  try {
    const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' });
    return algorithms[algorithm].verify(Buffer.from(jws.signingInput), publicKey, jws.signature);
  } catch {
    // Not a point on its curve.
    return false;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
