/**
 * Whether the sender of a request still waits for its answer. What is decided for one who has given up is an accident to whatever
 * they do next.
 */

/** Until when somebody waits. */
export interface Waiting {
  /** In milliseconds by the store's clock: past it the sender no longer waits, and nothing is decided. */
  readonly deadline?: number | undefined;
  /** Aborted where the sender has hung up; then nothing is decided. */
  readonly signal?: AbortSignal | undefined;
}

/** Whether nobody waits any more at `now`, by the store's clock. */
export function isLate({ deadline, signal }: Waiting, now: number): boolean {
  return signal?.aborted === true || (deadline !== undefined && now > deadline);
}
