/** Broken on purpose: a token newer than the row counts as a replay, although the store may have lost writes. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import type { Variant } from './variant.ts';

export const aheadIsReplayed: Variant = {
  name: 'ahead-is-replayed',
  about:
    'A genuine token that is newer than the row counts as a replay, on a store that may have lost its last writes.',
  breaks: 'kept',
  world: 'failover-body',
  store: 'compare-and-set',
  rule: (session, presented, now, policy) => decideRefresh(session, presented, now, { ...policy, mayLose: 0 }),
};
