/**
 * What an operator is told of an engine that was looked over.
 */

/** `good`: as it should be. `poor`: it works, and there is less than there could be. `bad`: users will lose by it. */
export interface Finding {
  readonly verdict: 'good' | 'poor' | 'bad';
  /** One line, with no secret in it. */
  readonly text: string;
}

/** An amount as findings say it. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
