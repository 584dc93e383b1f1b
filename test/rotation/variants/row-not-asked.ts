/** Broken on purpose: a stateless server takes every stateless token as it is, whatever the row has come to. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { slide, type Variant } from './variant.ts';

export const rowNotAsked: Variant = {
  name: 'row-not-asked',
  about: 'A stateless server does not look where the session stands, and goes on with a token that was left behind.',
  breaks: 'one lineage',
  world: 'to-stored',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    return presented.staysPut && session.revokedAt === null ? slide(presented) : outcome;
  },
};
