/** Broken on purpose: the store writes what was decided without looking whether the row is still as it was read. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import type { Variant } from './variant.ts';

export const blindWrite: Variant = {
  name: 'blind-write',
  about: 'The rule is ours, but the store writes without looking whether the row is still as it was read.',
  breaks: 'ended is ended',
  world: 'two-servers',
  store: 'blind-write',
  rule: decideRefresh,
};
