/** Broken on purpose: the parent of the current token is good for ever, and always gets the current token. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { retry, type Variant } from './variant.ts';

export const parentForEver: Variant = {
  name: 'parent-for-ever',
  about: 'The token before the current one is accepted without a time limit, and answered with the current one.',
  breaks: 'seen',
  world: 'turns',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    const isParent = presented.generation === session.generation - 1;
    return isParent && outcome.kind !== 'refused' ? retry(session) : outcome;
  },
};
