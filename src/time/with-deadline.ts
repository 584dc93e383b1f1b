/**
 * Waiting for a promise that may never settle. What was under way is **not** stopped: abort it as well.
 */

/** Nothing came before the deadline. */
export class LateError extends Error {}

/** Settles as `promise` does, or rejects with a `LateError` of this message after `milliseconds`. */
export async function withDeadline<Value>(
  promise: Promise<Value>,
  milliseconds: number,
  message = 'no answer in time',
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LateError(message)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
