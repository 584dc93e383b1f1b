/** Broken on purpose, and once our own draft: the row of a session that has moved is kept for one window. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import type { Variant } from './variant.ts';

export const rowForAWindow: Variant = {
  name: 'row-for-a-window',
  about: 'Once a token has been replaced by one of the other mode, it is forgotten when a window has passed.',
  breaks: 'kept',
  world: 'to-stateless',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    return outcome.kind === 'rebranch' ? { kind: 'refused', reason: 'wrong_client' } : outcome;
  },
};
