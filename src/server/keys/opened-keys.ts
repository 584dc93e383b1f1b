/**
 * The signing keys of a store as this process last loaded them, opened, and what can be read from them. When to load them, and
 * what is written, is decided elsewhere.
 */
import type { JwkSet } from '../../protocol/wire.ts';
import type { SigningKeyRecord } from '../../stores/store.ts';
import { currentKey } from './decide-rollover.ts';
import type { RootKeys } from './root-secrets.ts';
import { openSigningKey, type SigningKey } from './signing-key.ts';

/**
 * What an operator sees of a key. `next`: published, not yet signing; `old`: published until its last token is dead;
 * `published`: of a root secret that is not the newest, or for another algorithm than the configured one.
 */
export interface SigningKeyState {
  readonly kid: string;
  readonly algorithm: string;
  readonly state: 'next' | 'signing' | 'old' | 'published';
}

/** What can be read of the keys that there are. */
export interface KeysInUse {
  /** The key to sign with at `now`. Throws where none was loaded yet. */
  current(now: number): SigningKey;
  find(kid: string): SigningKey | undefined;
  list(now: number): readonly SigningKeyState[];
  publicKeys(): JwkSet;
}

export interface OpenedKeys extends KeysInUse {
  /** Takes these keys in place of those before. Rejects where one cannot be opened: then those before stay. */
  load(found: readonly SigningKeyRecord[]): Promise<void>;
}

/** Makes it, without any key. */
export function createOpenedKeys(rootKeys: RootKeys): OpenedKeys {
  let keys = new Map<string, SigningKey>();
  let records: readonly SigningKeyRecord[] = [];
  return {
    load: async (found) => {
      const opened = await Promise.all(found.map((record) => keys.get(record.kid) ?? openSigningKey(record, rootKeys)));
      keys = new Map(opened.map((key) => [key.kid, key]));
      records = found;
    },
    current: (now) => {
      const key = keys.get(currentKey(records, now)?.kid ?? '');
      if (key === undefined) throw new Error('the signing keys are not loaded');
      return key;
    },
    find: (kid) => keys.get(kid),
    list: (now) => {
      const signing = currentKey(records, now)?.kid;
      return records.map(({ kid, publicJwk, signsFrom }) => {
        const waiting = signsFrom > now ? 'next' : 'old';
        return { kid, algorithm: publicJwk.alg, state: kid === signing ? 'signing' : waiting };
      });
    },
    // As they were opened: what is written beside a private key later is nothing that anyone could sign with.
    publicKeys: () => ({ keys: records.flatMap(({ kid }) => keys.get(kid)?.publicJwk ?? []) }),
  };
}
