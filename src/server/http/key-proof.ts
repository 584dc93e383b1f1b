/**
 * The DPoP proof of a request (RFC 9449): at endpoints that give tokens (section 5), and beside an access token that is bound
 * to a key (section 7).
 */
import { isMendedByNonce, nonceHeader, type ProofFault, proofHeader } from '../../protocol/dpop-proof.ts';
import type { Context } from '../context.ts';
import { type CheckedProof, checkProof, type KeyProof } from '../dpop/check-proof.ts';
import { nextNonce, proofError } from '../operations/verify-proof.ts';
import { challenge } from './challenge.ts';
import type { Exchange } from './exchange.ts';
import { Problem, type ProblemOptions } from './problem.ts';

/** Why a proof is not good for a request. For the log. */
type ProofRefusal = ProofFault | 'wrong_signature' | 'missing_proof' | 'wrong_key' | 'replayed';

/** A good proof, and the nonce that the next one should have, where it needs one. */
export interface ReceivedProof {
  readonly proof: KeyProof | undefined;
  readonly nextNonce: string | undefined;
}

/** The proof that came with a request for tokens, if one did. Throws the 400 for one that is no good. */
export function readProof(context: Context, exchange: Exchange): ReceivedProof {
  const verified = verify(context, exchange, undefined);
  if (verified === undefined) return { proof: undefined, nextNonce: undefined };
  if (!verified.ok) throw proofProblem(context, verified.reason);
  return { proof: verified.proof, nextNonce: nextNonce(context, verified.usedNonce) };
}

/** Insists on a proof by the key that an access token is bound to (RFC 9449 section 7.1): else 401. */
export async function requireKeyProof(
  context: Context,
  exchange: Exchange,
  { accessToken, keyThumbprint }: { readonly accessToken: string; readonly keyThumbprint: string },
): Promise<void> {
  const verified = verify(context, exchange, accessToken) ?? { ok: false, reason: 'missing_proof' };
  if (!verified.ok) throw unauthorized(context, verified.reason);
  const { proof } = verified;
  if (proof.keyThumbprint !== keyThumbprint) throw unauthorized(context, 'wrong_key');
  const [isFirst] = await context.rememberOnce([proof.use]);
  if (!isFirst) throw unauthorized(context, 'replayed');
}

/** The headers of an answer after such a proof. */
export function nonceHeaders({ nextNonce }: ReceivedProof): Readonly<Record<string, string>> {
  return nextNonce === undefined ? {} : { [nonceHeader]: nextNonce };
}

/** A proof that is no good for a request for tokens. It has changed nothing, and a fresh one may be sent. */
export function proofProblem(context: Context, reason: ProofRefusal): Problem {
  return new Problem(proofError(reason), problemOptions(context, reason));
}

function unauthorized(context: Context, reason: ProofRefusal): Problem {
  const error = proofError(reason);
  const { headers, ...options } = problemOptions(context, reason);
  return new Problem(error, {
    ...options,
    status: 401,
    headers: { ...headers, ...challenge(context, 'DPoP', { error }) },
  });
}

function problemOptions(context: Context, reason: ProofRefusal): ProblemOptions {
  if (reason === 'missing_proof') return { description: 'A DPoP proof is needed.', detail: reason };
  if (!isMendedByNonce(reason)) return { description: 'The DPoP proof is not valid.', detail: reason };
  const headers = { [nonceHeader]: context.dpopNonces.issue(context.clock.now()) };
  return { description: 'The DPoP proof needs the nonce of this answer.', detail: reason, headers };
}

function verify(context: Context, exchange: Exchange, accessToken: string | undefined): CheckedProof | undefined {
  const header = exchange.req.header(proofHeader);
  if (header === undefined) return undefined;
  const { settings, clock, dpopNonces } = context;
  const request = {
    method: exchange.req.method,
    // As clients see it, whatever proxies have made of the request.
    url: settings.issuer.origin + exchange.req.path,
    now: clock.now(),
    requiresNonce: settings.requireDpopNonce,
    accessToken,
  };
  return checkProof(header, request, dpopNonces);
}
