/** Broken on purpose: the current token rotates whenever it comes, inside the window too. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import type { Variant } from './variant.ts';

export const alwaysRotate: Variant = {
  name: 'always-rotate',
  about: 'The current token rotates whenever it is presented, so that ten tabs make ten writes and ten generations.',
  breaks: 'quiet',
  world: 'body',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const isCurrent = presented.generation === session.generation && presented.branch <= session.branch;
    return decideRefresh(isCurrent ? { ...session, changedAt: null } : session, presented, now, policy);
  },
};
