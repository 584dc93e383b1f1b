/** Broken on purpose: a stateless server reads nothing, as some that are said to need no store do. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { slide, type Variant } from './variant.ts';

export const revocationNotRead: Variant = {
  name: 'revocation-not-read',
  about: 'A stateless server does not look whether the session has been ended.',
  breaks: 'ended is ended',
  world: 'to-stored',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    return presented.staysPut && outcome.kind === 'refused' ? slide(presented) : outcome;
  },
};
