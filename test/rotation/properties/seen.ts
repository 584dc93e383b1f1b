/** *seen*: a thief and the client cannot both go on. */
import type { Property } from './property.ts';

/**
 * Once both the thief and the client have used a token that they received after the theft, the session has ended. So never
 * do both receive two successors, the second for the first.
 *
 * Assumes: the retry window passes between the turns of the two; the thief copied once, and cannot read the victim's
 * storage again and again; the store loses no writes, each of which can put it off by one generation; the session is not
 * bound to a key that the thief holds too. Until the other party acts, either can refresh at will, and the parent of the
 * current generation can be presented again and again: that receives new branches of one generation, and uses none.
 */
export const seen: Property = {
  name: 'seen',
  promise: 'a thief and the client never both go on: the session ends when both have used a successor of their own',
  assumes: 'the window passes between turns; one copy; no lost writes; the thief lacks the key, if there is one',
  broken({ next: { witness, row } }) {
    const bothWentOn = witness.clientWentOn && witness.thiefWentOn;
    return bothWentOn && row.revokedAt === null
      ? 'thief and client have both gone on, and nobody is any the wiser'
      : undefined;
  },
};
