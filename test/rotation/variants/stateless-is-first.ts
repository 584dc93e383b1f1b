/**
 * Broken on purpose, and once our own draft: a stateless token says nothing of where it stands, and counts as the session's
 * first.
 */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import type { Variant } from './variant.ts';

export const statelessIsFirst: Variant = {
  name: 'stateless-is-first',
  about: 'A stateless token counts as generation 0, branch 0 of its session, however far that one has come.',
  breaks: 'kept',
  world: 'to-stateless',
  store: 'compare-and-set',
  rule: decideRefresh,
  positionOf: (token) => (token.format === 'stateless' ? { generation: 0, branch: 0 } : token),
};
