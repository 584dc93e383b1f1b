/**
 * Freezes what is handed to many: what one of them wrote into it, the next would believe.
 */

/** Freezes parsed JSON, and everything in it. Gives the same value. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  // Own members all, of parsed JSON; `Object.values` would make a list of them for every token.
  for (const name in value) deepFreeze(value[name]);
  return Object.freeze(value);
}
