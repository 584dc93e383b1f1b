/** *one lineage*: a generation has one branch that goes on. */
import { tokenName } from '../stories/names.ts';
import type { Property, Step } from './property.ts';

/**
 * Once a branch of a generation has been used, no other branch of that generation, and nothing older, ever receives a new
 * token; and once the window has passed since the row last changed, it receives no token at all. Inside the window it may
 * receive the newest token, which joins the lineage instead of splitting it.
 *
 * Assumes: the store loses no writes, and its clock does not jump. The second half is for bearer sessions: the holder of a
 * session's key may be three generations late and still joins. Nothing is assumed of clients and networks.
 */
export const oneLineage: Property = {
  name: 'one lineage',
  promise: 'once one branch of a generation has been used, no other one ever rotates',
  assumes: 'no lost writes, no clock jumps; outside the window nothing at all is answered, for bearer sessions',
  broken(step) {
    const { event, before } = step;
    if (event.kind !== 'decide' && event.kind !== 'write' && event.kind !== 'present') return undefined;
    const { used } = before.witness;
    const { token, outcome } = event;
    const isLeftBehind =
      used !== null &&
      (token.generation < used.generation || (token.generation === used.generation && token.branch !== used.branch));
    if (!isLeftBehind || !('successor' in outcome)) return undefined;
    if (outcome.kind !== 'retry')
      return `${tokenName(token)} goes on although ${tokenName(used)} was used in its place`;
    return isLate(step) ? `${tokenName(token)} is still answered, long after ${tokenName(used)} was used` : undefined;
  },
};

function isLate({ setting: { bounds }, event, before }: Step): boolean {
  const { witness, time } = before;
  const isJustBefore = 'instant' in event && event.instant === 'just before';
  if (bounds.keyBound || witness.changedAt === null) return false;
  return time - witness.changedAt >= bounds.window + Number(isJustBefore);
}
