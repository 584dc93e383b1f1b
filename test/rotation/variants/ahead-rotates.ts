/** Broken on purpose, and once our own draft: a token newer than the row rotates at once, instead of the row catching up. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import type { Variant } from './variant.ts';

export const aheadRotates: Variant = {
  name: 'ahead-rotates',
  about: 'A genuine token that is newer than the row rotates at once, without the window that its own rotation opened.',
  breaks: 'kept',
  world: 'failover-cookie',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    if (outcome.kind !== 'ahead') return outcome;
    const successor = { generation: presented.generation + 1, branch: 0 };
    return { ...outcome, successor, next: { ...outcome.next, ...successor, parentBranch: presented.branch } };
  },
};
