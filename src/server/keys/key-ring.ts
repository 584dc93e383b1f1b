/**
 * The signing keys in use: loaded from the store, rolled over when they are due, and looked at again from time to time,
 * since another server may have rolled them.
 */
import type { SigningKeyRecord, Store } from '../../stores/store.ts';
import { arrangeKeys } from './arrange-keys.ts';
import { newestOf, type RolloverPolicy } from './decide-rollover.ts';
import { createOpenedKeys, type KeysInUse } from './opened-keys.ts';
import type { RootKeys } from './root-secrets.ts';

export interface KeyRing extends KeysInUse {
  /** Loads the keys, makes what is missing, and rolls over what is due. */
  refresh(): Promise<void>;
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
  const { load, ...opened } = createOpenedKeys(rootKeys);
  const arrange = (found: readonly SigningKeyRecord[], now: number, force: boolean) =>
    arrangeKeys(found, now, rootKeys, policy, force);
  const bringUpToDate = async (force: boolean) => {
    const records = await store.updateSigningKeys((found, now) => {
      const put = arrange(found, now, force);
      const kept = found.filter(({ kid }) => !put.some((key) => key.kid === kid));
      return { write: put.length > 0 ? { put } : undefined, result: [...kept, ...put] };
    });
    await load(records);
    return records;
  };
  return {
    ...opened,
    refresh: async () => void (await bringUpToDate(false)),
    kept: {
      roll: async () => newestOf(await bringUpToDate(true))?.kid ?? '',
      remove: async (kid) => {
        const isKnown = await removeKey(store, kid);
        await bringUpToDate(false);
        return isKnown ? 'removed' : 'not_found';
      },
      replaceAll: async () => {
        const made = await store.updateSigningKeys((found, now) => {
          const put = arrange([], now, false);
          return { write: { remove: found.map(({ kid }) => kid), put }, result: put };
        });
        await load(made);
      },
    },
  };
}

/** Gives whether there was such a key. */
function removeKey(store: Store, kid: string): Promise<boolean> {
  return store.updateSigningKeys((found) => {
    const isKnown = found.some((key) => key.kid === kid);
    return { write: isKnown ? { remove: [kid] } : undefined, result: isKnown };
  });
}
