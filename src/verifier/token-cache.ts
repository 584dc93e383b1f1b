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

/** A token and what is remembered of it. */
interface Remembered<Entry> {
  readonly token: string;
  readonly entry: Entry;
}

/**
 * A token is found by its end, which is of the signature, and then compared as a whole: to hash all of it would take longer
 * than everything else. Of two tokens with the same end, which nobody can make, the later one is remembered.
 */
const indexLength = 24;

/** Holds at most `maxTokens` tokens, and `maxCharacters` of their text; nothing where either is 0. */
export function createTokenCache<Entry>(maxTokens: number, maxCharacters: number): TokenCache<Entry> {
  let young = new Map<string, Remembered<Entry>>();
  let old = new Map<string, Remembered<Entry>>();
  let characters = 0;

  const put = (index: string, remembered: Remembered<Entry>) => {
    const { length } = remembered.token;
    if (young.size + 1 > maxTokens / 2 || characters + length > maxCharacters / 2) {
      old = young;
      young = new Map();
      characters = 0;
    }
    if (length > maxCharacters / 2 || maxTokens < 2) return;
    forget(index);
    young.set(index, remembered);
    characters += length;
  };
  const forget = (index: string) => {
    characters -= young.get(index)?.token.length ?? 0;
    young.delete(index);
    old.delete(index);
  };
  return {
    get: (token) => {
      const index = token.slice(-indexLength);
      const remembered = young.get(index);
      if (remembered !== undefined) return remembered.token === token ? remembered.entry : undefined;
      const aged = old.get(index);
      if (aged?.token !== token) return undefined;
      put(index, aged);
      return aged.entry;
    },
    set: (token, entry) => put(token.slice(-indexLength), { token, entry }),
    delete: (token) => {
      const index = token.slice(-indexLength);
      const remembered = young.get(index) ?? old.get(index);
      if (remembered?.token === token) forget(index);
    },
    get size() {
      return young.size + old.size;
    },
  };
}
