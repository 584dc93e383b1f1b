/**
 * Whether the store holds what was answered: every refresh a rotation, and none of them lost.
 */

/** What the store and the load have counted. */
export interface Counts {
  readonly stored: number;
  readonly answered: number;
  /** Requests that were under way when a load ended, whose answers nobody waited for. */
  readonly cutOff: number;
}

/** Says it in a sentence; throws where it is not so. */
export function checkRotations({ stored, answered, cutOff }: Counts): string {
  if (stored < answered || stored > answered + cutOff) {
    throw new Error(`${answered} refreshes were answered, at most ${cutOff} cut off, and the store has ${stored}`);
  }
  return `${answered} refreshes were answered, and the store has ${stored} rotations (at most ${cutOff} answers were cut off)`;
}
