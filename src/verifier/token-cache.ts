/**
 * Remembers what was verified, by the whole text of the token: two tokens that share all but a byte share nothing here.
 * Bounded in tokens and in characters. Whether an entry is still good is for whoever asks to say.
 *
 * Two generations: what is used moves to the young one; when that is full, it becomes the old one and the old one goes.
 * So what is in use stays, with no list to keep in order on every hit.
 */
import { numberOfEnd } from '../protocol/number-of-end.ts';

export interface TokenCache<Entry extends RememberedToken> {
  get(token: string): Entry | undefined;
  set(entry: Entry): void;
  delete(token: string): void;
  readonly size: number;
}

/** A token, and whatever else is remembered of it: in one object, since there are many. */
export interface RememberedToken {
  readonly token: string;
}

const indexLength = 16;

/**
 * A token is found by a number made of its end, which is of the signature, and then compared as a whole: to hash all of it
 * would take longer than everything else. Of two tokens with the same number, one pair in 2³⁰, the later one is remembered.
 */
function indexOf(token: string): number {
  // Of 30 bits, which V8 keeps without an object.
  return numberOfEnd(token, indexLength) & 0x3fff_ffff;
}

/** Holds at most `maxTokens` tokens, and `maxCharacters` of their text; nothing where either is 0. */
export function createTokenCache<Entry extends RememberedToken>(
  maxTokens: number,
  maxCharacters: number,
): TokenCache<Entry> {
  let young = new Map<number, Entry>();
  let old = new Map<number, Entry>();
  let characters = 0;

  const put = (index: number, entry: Entry) => {
    const { length } = entry.token;
    if (young.size + 1 > maxTokens / 2 || characters + length > maxCharacters / 2) {
      old = young;
      young = new Map();
      characters = 0;
    }
    if (length > maxCharacters / 2 || maxTokens < 2) return;
    characters += length - (young.get(index)?.token.length ?? 0);
    young.set(index, entry);
  };
  const forget = (index: number) => {
    characters -= young.get(index)?.token.length ?? 0;
    young.delete(index);
    old.delete(index);
  };
  return {
    get: (token) => {
      const index = indexOf(token);
      const remembered = young.get(index);
      if (remembered !== undefined) return remembered.token === token ? remembered : undefined;
      const aged = old.get(index);
      if (aged?.token !== token) return undefined;
      put(index, aged);
      return aged;
    },
    set: (entry) => put(indexOf(entry.token), entry),
    delete: (token) => {
      const index = indexOf(token);
      const remembered = young.get(index) ?? old.get(index);
      if (remembered?.token === token) forget(index);
    },
    get size() {
      return young.size + old.size;
    },
  };
}
