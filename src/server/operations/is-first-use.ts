/**
 * A proof is good once (RFC 9449 section 11.1), on whichever server. Where the store cannot say, nobody gets anything.
 */
import type { Context } from '../context.ts';
import type { KeyProof } from '../dpop/verify-proof.ts';

/** Whether this is the first use of a proof, which uses it up. Without a proof, or with one seen to already, it is. */
export async function isFirstUse({ store }: Context, proof: KeyProof | undefined): Promise<boolean> {
  if (proof?.use === undefined) return true;
  const [isFirst = false] = await store.rememberOnce([proof.use]);
  return isFirst;
}
