/** Broken on purpose: the key that a session is bound to is not asked for. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import type { Variant } from './variant.ts';

export const keyNotAsked: Variant = {
  name: 'key-not-asked',
  about: 'A key-bound session takes its tokens from anybody.',
  breaks: 'key-holder only',
  world: 'key-bound',
  store: 'compare-and-set',
  rule: (session, presented, now, policy) =>
    decideRefresh(session, { ...presented, keyThumbprint: session.keyThumbprint ?? undefined }, now, policy),
};
