/** Broken on purpose: inside the window only the used parent is remembered, not what was good before the last rotation. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { replay, type Variant } from './variant.ts';

export const noMemory: Variant = {
  name: 'no-memory',
  about: 'A rotation forgets at once what the state before it would have accepted, but for the token that was used.',
  breaks: 'kept',
  world: 'body',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    const back = session.generation - presented.generation;
    const isForgotten = back > 1 || (back === 1 && presented.branch !== session.parentBranch);
    return isForgotten && outcome.kind === 'retry' ? replay(session, now) : outcome;
  },
};
