/** *quiet*: a storm of refreshes writes nothing. */
import type { Property } from './property.ts';

/**
 * Inside the retry window no refresh writes anything, unless it ends the session or finds that the store has lost writes;
 * and whoever presents a live token gets that same token back.
 *
 * Assumes: the store's clock does not jump, and the store has not just lost the write that opened the window.
 */
export const quiet: Property = {
  name: 'quiet',
  promise: 'inside the retry window a refresh writes nothing and a live token comes back as it is',
  assumes: 'no clock jumps, no lost writes',
  broken({ event, before, setting }) {
    if (event.kind !== 'decide' && event.kind !== 'present') return undefined;
    const { changedAt } = before.witness;
    if (changedAt === null || before.time - changedAt >= setting.bounds.window) return undefined;
    const { outcome, token } = event;
    if (outcome.kind === 'rotate' || outcome.kind === 'rebranch') return 'a refresh inside the window writes';
    const isLive = token.generation === before.row.generation && token.branch <= before.row.branch;
    const comesBack = outcome.kind !== 'retry' || outcome.successor.branch === token.branch;
    return isLive && !comesBack ? 'a live token is answered with another one' : undefined;
  },
};
