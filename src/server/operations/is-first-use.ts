/**
 * A proof is good once (RFC 9449 section 11.1): on whichever server where sessions are stored, on each by itself where they
 * are stateless and nothing is written. Where the memory cannot say, nobody gets anything.
 */
import type { Context } from '../context.ts';
import type { KeyProof } from '../dpop/check-proof.ts';

/** Whether this is the first use of a proof, which uses it up. Without a proof, or with one seen to already, it is. */
export async function isFirstUse({ rememberOnce }: Context, proof: KeyProof | undefined): Promise<boolean> {
  if (proof?.use === undefined) return true;
  const [isFirst = false] = await rememberOnce([proof.use]);
  return isFirst;
}
