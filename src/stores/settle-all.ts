/**
 * Waits for every act of a call, so that none is still under way when the call has an answer.
 */

/** Gives what all of them came to, or, once all are settled, rejects as the first of them did that was rejected. */
export async function settleAll<Result>(acts: readonly Promise<Result>[]): Promise<readonly Result[]> {
  const [only] = acts;
  if (acts.length === 1 && only) return [await only];
  const settled = await Promise.allSettled(acts);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}
