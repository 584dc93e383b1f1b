/** Broken on purpose, and once our own draft: a new branch makes the older ones replays, although nobody has used it. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { isAnswered, replay, type Variant } from './variant.ts';

export const displacedIsReplayed: Variant = {
  name: 'displaced-is-replayed',
  about:
    'When the parent gets a new branch, the one it displaces counts as a replay at once, although nobody used either.',
  breaks: 'kept',
  world: 'body',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    const isDisplaced = presented.generation === session.generation && presented.branch < session.branch;
    return isDisplaced && isAnswered(outcome) ? replay(session, now) : outcome;
  },
};
