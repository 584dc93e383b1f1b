/** Broken on purpose, and once our own draft: inside the window the holder of an older live branch is given the newest. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { retry, type Variant } from './variant.ts';

export const newestBranch: Variant = {
  name: 'newest-branch',
  about: 'Inside the window the holder of an older live branch is given the newest one, instead of its own again.',
  breaks: 'kept',
  world: 'body',
  store: 'compare-and-set',
  rule(session, presented, now, policy) {
    const outcome = decideRefresh(session, presented, now, policy);
    return outcome.kind === 'retry' ? retry(session) : outcome;
  },
};
