/** Every broken variant. Most are what systems in the field do today; four were drafts of our own. */
import { aheadIsReplayed } from './ahead-is-replayed.ts';
import { aheadRotates } from './ahead-rotates.ts';
import { alwaysRotate } from './always-rotate.ts';
import { blindWrite } from './blind-write.ts';
import { branchAtOnce } from './branch-at-once.ts';
import { displacedIsReplayed } from './displaced-is-replayed.ts';
import { forkOnRetry } from './fork-on-retry.ts';
import { keyNotAsked } from './key-not-asked.ts';
import { lateRequests } from './late-requests.ts';
import { newestBranch } from './newest-branch.ts';
import { noMemory } from './no-memory.ts';
import { parentForEver } from './parent-for-ever.ts';
import { revocationNotRead } from './revocation-not-read.ts';
import { revokeOnAnySecondUse } from './revoke-on-any-second-use.ts';
import { rowForAWindow } from './row-for-a-window.ts';
import { rowNotAsked } from './row-not-asked.ts';
import { slidingAbsoluteEnd } from './sliding-absolute-end.ts';
import { statelessIsFirst } from './stateless-is-first.ts';
import type { Variant } from './variant.ts';

export const allVariants: readonly Variant[] = [
  parentForEver,
  forkOnRetry,
  revokeOnAnySecondUse,
  displacedIsReplayed,
  noMemory,
  newestBranch,
  lateRequests,
  branchAtOnce,
  aheadIsReplayed,
  aheadRotates,
  alwaysRotate,
  slidingAbsoluteEnd,
  keyNotAsked,
  blindWrite,
  statelessIsFirst,
  rowForAWindow,
  rowNotAsked,
  revocationNotRead,
];
