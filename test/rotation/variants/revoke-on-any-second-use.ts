/** Broken on purpose: no window at all; whatever is not the current token ends the session. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { replay, type Variant } from './variant.ts';

export const revokeOnAnySecondUse: Variant = {
  name: 'revoke-on-any-second-use',
  about: 'Each token can be used once; a second use ends the session at once.',
  breaks: 'kept',
  world: 'body',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh({ ...session, changedAt: null }, presented, now, policy);
    const isSecondUse = outcome.kind !== 'refused' && presented.generation < session.generation;
    return isSecondUse ? replay(session, now) : outcome;
  },
};
