/** *key-holder only*: a copied token of a key-bound session is worth nothing, and does no harm. */
import type { Property } from './property.ts';

/**
 * Whoever presents a token of a key-bound session without the session's key gets nothing and changes nothing: neither does
 * it rotate nor does it end the session.
 *
 * Assumes: that whoever lacks the key cannot prove it holds it, which is checked before the rule is asked.
 */
export const keyHolderOnly: Property = {
  name: 'key-holder only',
  promise: 'without the session’s key a token is good for nothing, and using it changes nothing',
  assumes: 'proofs of possession are checked before',
  broken({ setting, event, before, next }) {
    if (!setting.bounds.keyBound || setting.bounds.thief !== 'with-token' || event.kind !== 'present') return undefined;
    if (before.row !== next.row) return 'a thief without the key has changed the session';
    return event.outcome.kind === 'refused' ? undefined : 'a thief without the key is answered';
  },
};
