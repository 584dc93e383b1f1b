/**
 * The signing keys in use: loaded from the store, rolled over when they are due, and looked at again from time to time,
 * since another server may have rolled them.
 */
import type { JwkSet } from '../../protocol/wire.ts';
import type { SigningKeyRecord, Store } from '../../stores/store.ts';
import { currentKey, decideRollover, type RolloverPolicy } from './decide-rollover.ts';
import type { RootKeys } from './root-secrets.ts';
import { sealedUnder } from './seal.ts';
import { generateSigningKey, openSigningKey, resealSigningKey, type SigningKey } from './signing-key.ts';

/**
 * What an operator sees of a key. `next`: published, not yet signing; `old`: published until its last token is dead;
 * `published`: of a root secret that is not the newest, or for another algorithm than the configured one.
 */
export interface SigningKeyState {
  readonly kid: string;
  readonly algorithm: string;
  readonly state: 'next' | 'signing' | 'old' | 'published';
}

export interface KeyRing {
  /** Loads the keys, makes what is missing, and rolls over what is due. */
  refresh(): Promise<void>;
  /** The key to sign with at `now`. Throws before the first `refresh`. */
  current(now: number): SigningKey;
  find(kid: string): SigningKey | undefined;
  list(now: number): readonly SigningKeyState[];
  publicKeys(): JwkSet;
  /** Absent where nothing is stored: keys then come and go with the root secrets. */
  readonly kept?: KeptKeys;
}

/** What can be done to keys that are kept in a store. */
export interface KeptKeys {
  /** Publishes a next key now, whatever the age of the present one. Gives its `kid`. */
  roll(): Promise<string>;
  /** Takes a key away at once: every token it signed is refused as soon as verifiers look again. */
  remove(kid: string): Promise<'removed' | 'not_found'>;
  /** Takes every key away at once, and makes a new one to sign with. */
  replaceAll(): Promise<void>;
}

/** Makes an empty ring. */
export function createKeyRing(store: Store, rootKeys: RootKeys, policy: RolloverPolicy): KeyRing {
  let keys = new Map<string, SigningKey>();
  let records: readonly SigningKeyRecord[] = [];

  const load = async (found: readonly SigningKeyRecord[]) => {
    const opened = await Promise.all(found.map((record) => keys.get(record.kid) ?? openSigningKey(record, rootKeys)));
    keys = new Map(opened.map((key) => [key.kid, key]));
    records = found;
  };
  const arrange = (force: boolean): Promise<readonly SigningKeyRecord[]> =>
    store.updateSigningKeys((found, now) => {
      const put = arrangement(found, now, rootKeys, policy, force);
      const kept = found.filter(({ kid }) => !put.some((key) => key.kid === kid));
      return { write: put.length > 0 ? { put } : undefined, result: [...kept, ...put] };
    });

  const kept: KeptKeys = {
    roll: async () => {
      await load(await arrange(true));
      return records.toSorted((a, b) => b.signsFrom - a.signsFrom)[0]?.kid ?? '';
    },
    remove: async (kid) => {
      const known = await store.updateSigningKeys((found) => {
        const isKnown = found.some((key) => key.kid === kid);
        return { write: isKnown ? { remove: [kid] } : undefined, result: isKnown };
      });
      await load(await arrange(false));
      return known ? 'removed' : 'not_found';
    },
    replaceAll: async () => {
      const made = await store.updateSigningKeys((found, now) => {
        const put = arrangement([], now, rootKeys, policy, false);
        return { write: { remove: found.map(({ kid }) => kid), put }, result: put };
      });
      await load(made);
    },
  };

  return {
    kept,
    refresh: async () => load(await arrange(false)),
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

/** The records to write: re-sealed ones, superseded ones and a new one, as they are due. */
function arrangement(
  found: readonly SigningKeyRecord[],
  now: number,
  rootKeys: RootKeys,
  policy: RolloverPolicy,
  force: boolean,
): readonly SigningKeyRecord[] {
  const put = new Map<string, SigningKeyRecord>();
  for (const key of found) {
    if (sealedUnder(key.sealedPrivateKey) !== rootKeys.newest.id) put.set(key.kid, resealSigningKey(key, rootKeys));
  }
  const rollover = decideRollover(found, now, policy, force);
  for (const { kid, publishedUntil } of rollover?.superseded ?? []) {
    const key = put.get(kid) ?? found.find((other) => other.kid === kid);
    if (key) put.set(kid, { ...key, publishedUntil });
  }
  if (rollover) {
    const key = generateSigningKey(policy.algorithm, rootKeys, { createdAt: now, signsFrom: rollover.signsFrom });
    put.set(key.kid, key);
  }
  return [...put.values()];
}
