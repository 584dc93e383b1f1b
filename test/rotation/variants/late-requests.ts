/** Broken on purpose: deadlines are not looked at. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import type { Variant } from './variant.ts';

export const lateRequests: Variant = {
  name: 'late-requests',
  about: 'A request is decided even long after its sender gave up.',
  breaks: 'kept',
  world: 'late-with-deadline',
  store: 'compare-and-set',
  rule: (session, { deadline: _ignored, ...presented }, now, policy) => decideRefresh(session, presented, now, policy),
};
