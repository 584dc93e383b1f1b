/**
 * The limits that the session rules take as given. Durations are milliseconds, `null` means never.
 */
export interface SessionPolicy {
  /** How long a repeated request gets the same answer back. 0: never. */
  readonly retryWindow: number;
  /** How many acknowledged writes the store may lose, as the time it takes to make them. 0 where it loses none. */
  readonly mayLose: number;
  readonly inactivityTimeout: number | null;
  readonly absoluteLifetime: number | null;
}
