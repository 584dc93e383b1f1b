/**
 * The everyday case of the rotation rule as data, so that a store can decide and write it in one conditional statement,
 * without reading the row first. Everything else goes through `decideRefresh`.
 */
import type { PresentedToken, TokenPosition } from './decide-refresh.ts';
import type { SessionPolicy } from './session-policy.ts';

/**
 * What was presented, and the part of the policy that matters. `decideRefresh` says `rotate`, and this may be written,
 * exactly where the row, at the store's clock `now`,
 *
 * - is bound to no key, or to `keyThumbprint`; and is of `clientId`, if there is one;
 * - is neither revoked nor past an end: `now` before `inactivityEndsAt` and before `absoluteEndsAt`, where they are set;
 * - is at exactly this `generation`, and at this `branch` or a newer one;
 * - has never changed, or `|now - changedAt| >= retryWindow`;
 *
 * and where `deadline`, if there is one, is not before `now`.
 *
 * The next row has `generation + 1`, branch 0, `parentBranch` = the presented branch, `grandparentBranch` = the row's
 * `parentBranch`, `changedAt` = `now`, and `inactivityEndsAt` = `now + inactivityTimeout` rounded down to a whole second,
 * or `null` where the timeout is. All else stays. Times and durations are milliseconds.
 */
export interface PlainRotation extends TokenPosition {
  readonly clientId: string | null;
  readonly keyThumbprint: string | null;
  readonly deadline: number | null;
  readonly retryWindow: number;
  readonly inactivityTimeout: number | null;
}

/** The plain rotation of a genuine token. */
export function plainRotation(presented: PresentedToken, policy: SessionPolicy): PlainRotation {
  const { generation, branch, clientId, keyThumbprint, deadline } = presented;
  const { retryWindow, inactivityTimeout } = policy;
  return {
    generation,
    branch,
    clientId: clientId ?? null,
    keyThumbprint: keyThumbprint ?? null,
    deadline: retryWindow > 0 ? (deadline ?? null) : null,
    retryWindow,
    inactivityTimeout,
  };
}
