/**
 * The store of servers that have none. What is revoked is remembered in this process while it runs, and **not** on other
 * servers, nor after a restart; users and signing keys have no place here. Its clock is the machine's own, which has to agree
 * with those of the other servers.
 */
import { createHash } from 'node:crypto';
import { MemoryStore, type MemoryStoreOptions } from '../memory/memory-store.ts';
import type { Finding, Store } from '../store.ts';

/**
 * Makes it, for `createTallystick` with `mode: 'stateless'` and an `authenticate` of the host's own. Signing keys are then
 * derived from the root secrets.
 */
export function createNoStore(options: MemoryStoreOptions = {}): Store {
  return new NoStore(options);
}

/** The same on all servers and for ever, whatever their secrets: a session goes from one to another and outlives secrets. */
const shardSecret: Uint8Array = createHash('sha256').update('tallystick without a store').digest();

class NoStore extends MemoryStore {
  override readonly keeps = 'nothing';

  override async inspect(): Promise<readonly Finding[]> {
    return [{ verdict: 'poor', text: 'no store: what is revoked is known to one process, while it runs' }];
  }

  override async shardSecret(): Promise<Uint8Array> {
    return shardSecret;
  }
}
