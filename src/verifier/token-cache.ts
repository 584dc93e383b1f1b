/**
 * Remembers what was verified, by the whole text of the token: two tokens that share all but a byte share nothing here.
 * Bounded in tokens and in characters. Whether an entry is still good is for whoever asks to say.
 *
 * Two generations: what is used moves to the young one; when that is full, it becomes the old one and the old one goes.
 * So what is in use stays, with no list to keep in order on every hit.
 */

export interface TokenCache<Entry> {
  get(token: string): Entry | undefined;
  set(token: string, entry: Entry): void;
  delete(token: string): void;
  readonly size: number;
}

/** Holds at most `maxTokens` tokens, and `maxCharacters` of their text; nothing where either is 0. */
export function createTokenCache<Entry>(maxTokens: number, maxCharacters: number): TokenCache<Entry> {
  let young = new Map<string, Entry>();
  let old = new Map<string, Entry>();
  let characters = 0;

  const set = (token: string, entry: Entry) => {
    const isFull = young.size + 1 > maxTokens / 2 || characters + token.length > maxCharacters / 2;
    if (isFull) {
      old = young;
      young = new Map();
      characters = 0;
    }
    if (token.length > maxCharacters / 2 || maxTokens < 2) return;
    if (!young.has(token)) characters += token.length;
    young.set(token, entry);
  };
  return {
    get: (token) => {
      const found = young.get(token);
      if (found !== undefined) return found;
      const aged = old.get(token);
      if (aged !== undefined) {
        old.delete(token);
        set(token, aged);
      }
      return aged;
    },
    set,
    delete: (token) => {
      if (young.delete(token)) characters -= token.length;
      old.delete(token);
    },
    get size() {
      return young.size + old.size;
    },
  };
}
