/** Broken on purpose: each rotation grants the whole lifetime again. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { endAfter } from '../../../src/session/expiry.ts';
import type { Variant } from './variant.ts';

export const slidingAbsoluteEnd: Variant = {
  name: 'sliding-absolute-end',
  about: 'Each rotation makes a token with the whole lifetime, so that a session in use never ends.',
  breaks: 'bounded',
  world: 'ends',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    if (outcome.kind !== 'rotate') return outcome;
    return { ...outcome, next: { ...outcome.next, absoluteEndsAt: endAfter(now, policy.absoluteLifetime) } };
  },
};
