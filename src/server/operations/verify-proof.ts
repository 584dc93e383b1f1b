/**
 * Verifies a DPoP proof (RFC 9449) for a host that signs its users in or refreshes their sessions on routes of its own. Which key
 * it has to be, and that it has not been used before, is found out by the operation that is given the result.
 */
import { isMendedByNonce } from '../../protocol/dpop-proof.ts';
import { normalizeTarget } from '../../protocol/normalize-target.ts';
import type { Context } from '../context.ts';
import { type CheckedProof, checkProof, type KeyProof } from '../dpop/check-proof.ts';

/** A proof, and the request that it came with. */
export interface VerifyProofInput {
  /** The value of the header `DPoP`. */
  readonly proof: string;
  /** Such as `POST`. */
  readonly method: string;
  /** As the client addressed it, whatever proxies have made of the request. A query is not looked at. */
  readonly url: string;
}

/** `nextNonce`: for the header `DPoP-Nonce` of the answer, where there is one (RFC 9449 section 8). */
export type VerifyProofResult =
  | { readonly kind: 'verified'; readonly proof: KeyProof; readonly nextNonce: string | undefined }
  | {
      readonly kind: 'refused';
      /** For the client. */
      readonly error: ProofError;
      /** For the log. */
      readonly reason: (CheckedProof & { ok: false })['reason'];
      readonly nextNonce: string | undefined;
    };

export type ProofError = 'invalid_dpop_proof' | 'use_dpop_nonce';

/** Verifies. Reads nothing from the store. */
export function verifyProof(context: Context, input: VerifyProofInput): VerifyProofResult {
  const { settings, clock, dpopNonces } = context;
  const { method, url } = input;
  if (normalizeTarget(url) === undefined) throw new TypeError('url: not the absolute URL of a request');
  const now = clock.now();
  const verified = checkProof(input.proof, { method, url, now, requiresNonce: settings.requireDpopNonce }, dpopNonces);
  if (verified.ok)
    return { kind: 'verified', proof: verified.proof, nextNonce: nextNonce(context, verified.usedNonce) };
  const error = proofError(verified.reason);
  const mending = error === 'use_dpop_nonce' ? dpopNonces.issue(now) : undefined;
  return { kind: 'refused', error, reason: verified.reason, nextNonce: mending };
}

/** The code for a proof that was refused for `reason`. */
export function proofError(reason: string): ProofError {
  return isMendedByNonce(reason) ? 'use_dpop_nonce' : 'invalid_dpop_proof';
}

/** A client whose clock is off is told the next nonce before it has to ask for it (RFC 9449 section 8.2). */
export function nextNonce({ settings, dpopNonces, clock }: Context, usedNonce: boolean): string | undefined {
  return usedNonce || settings.requireDpopNonce ? dpopNonces.issue(clock.now()) : undefined;
}
