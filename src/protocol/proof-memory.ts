/**
 * Which proofs have been used (RFC 9449 section 11.1), in the memory of this process. Another process knows nothing of them:
 * where that matters, give the verifier a memory that they share.
 */

/** One use of a proof. */
export interface ProofUse {
  readonly key: string;
  /** Until when another use has to be noticed, in milliseconds. */
  readonly until: number;
}

/** Remembers each use, and says of each whether it is the first. */
export type RememberOnce = (uses: readonly ProofUse[]) => Promise<readonly boolean[]>;

const forgetEvery = 10_000;

/** What is over goes away, so it holds as many uses as there are in two minutes or so, each by a holder of a good token. */
export function createProofMemory(now: () => number): RememberOnce {
  const held = new Map<string, number>();
  let forgetAt = 0;
  const forget = (at: number) => {
    if (at < forgetAt) return;
    forgetAt = at + forgetEvery;
    for (const [key, until] of held) if (until < at) held.delete(key);
  };
  return async (uses) => {
    forget(now());
    return uses.map(({ key, until }) => {
      const isFirst = !held.has(key);
      if (isFirst) held.set(key, until);
      return isFirst;
    });
  };
}
