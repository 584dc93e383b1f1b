/** Broken on purpose, and once our own draft: a new branch makes the older ones replays, although nobody has used it. */
import { branchAtOnce } from './branch-at-once.ts';
import { isAnswered, replay, type Variant } from './variant.ts';

export const displacedIsReplayed: Variant = {
  name: 'displaced-is-replayed',
  about: 'When the parent gets a new branch at once, the branch it displaces counts as a replay at once.',
  breaks: 'kept',
  world: 'body',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = branchAtOnce.rule(session, presented, now, policy);
    const isDisplaced = presented.generation === session.generation && presented.branch < session.branch;
    return isDisplaced && isAnswered(outcome) ? replay(session, now) : outcome;
  },
};
