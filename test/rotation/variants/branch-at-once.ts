/**
 * Broken on purpose, and once our own draft: with a cookie too, the used parent gets a new branch as soon as the window has
 * passed.
 */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { newBranch, type Variant } from './variant.ts';

export const branchAtOnce: Variant = {
  name: 'branch-at-once',
  about:
    'The parent gets a new branch as soon as the window has passed, while answers from inside it are on their way.',
  breaks: 'kept',
  world: 'cookie',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    const isSettling = outcome.kind === 'unavailable' && outcome.reason === 'settling';
    return isSettling ? newBranch(session, now) : outcome;
  },
};
