/** Broken on purpose: inside the window every second use gets a token of its own. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { newBranch, type Variant } from './variant.ts';

export const forkOnRetry: Variant = {
  name: 'fork-on-retry',
  about: 'Inside the grace period a token that was used already is answered with a new one each time.',
  breaks: 'one lineage',
  world: 'in-step',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    const isSecondUse = outcome.kind === 'retry' && presented.generation < session.generation;
    return isSecondUse ? newBranch(session, now) : outcome;
  },
};
