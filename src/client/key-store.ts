/**
 * Keys that no script can read, kept by the browser in IndexedDB. Where that is missing or denied they live as long as the page,
 * and whoever relies on one starts afresh.
 */

export interface KeyStore {
  /** The value under that name, made and kept if there is none yet. Tabs that race get the same one. */
  readonly getOrCreate: <Value>(name: string, create: () => Promise<Value>) => Promise<Value>;
}

const storeName = 'keys';

export function openKeyStore(): KeyStore {
  const inMemory = new Map<string, unknown>();
  let opening: Promise<IDBDatabase> | undefined;

  async function transact<Value>(act: (keys: IDBObjectStore) => IDBRequest<Value>): Promise<Value> {
    opening ??= openDatabase();
    const transaction = (await opening).transaction(storeName, 'readwrite');
    return settled(act(transaction.objectStore(storeName)));
  }

  /** Within one transaction, so that the first tab wins. */
  async function keep<Value>(name: string, value: Value): Promise<Value> {
    await transact((keys) => keys.add(value, name)).catch(() => undefined);
    return (await transact<Value | undefined>((keys) => keys.get(name))) ?? value;
  }

  return {
    async getOrCreate<Value>(name: string, create: () => Promise<Value>) {
      const earlier = inMemory.get(name) ?? (await transact((keys) => keys.get(name)).catch(() => undefined));
      const value = (earlier as Value | undefined) ?? (await create());
      const kept = earlier === undefined ? await keep(name, value).catch(() => value) : value;
      inMemory.set(name, kept);
      return kept;
    },
  };
}

async function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open('tallystick', 1);
  request.onupgradeneeded = () => request.result.createObjectStore(storeName);
  return settled(request);
}

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
