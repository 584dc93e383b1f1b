/**
 * What a session's row says before anything has happened to it: where the rotation rule begins.
 */
import type { SessionRecord } from './session-record.ts';

/** Never refreshed, so that the first refresh rotates, and not revoked. */
export const atSignIn: Pick<
  SessionRecord,
  'generation' | 'branch' | 'parentBranch' | 'grandparentBranch' | 'changedAt' | 'aheadUntil' | 'revokedAt'
> = {
  generation: 0,
  branch: 0,
  parentBranch: null,
  grandparentBranch: null,
  changedAt: null,
  aheadUntil: null,
  revokedAt: null,
};
