/**
 * The store that `TALLYSTICK_STORE` names.
 */
import { createMemoryStore } from '../stores/memory/index.ts';
import { createSqliteStore } from '../stores/sqlite/index.ts';
import type { Store } from '../stores/store.ts';
import { ConfigError } from './config.ts';

/** A store, and the file of an embedded one. */
export interface NamedStore {
  readonly store: Store;
  readonly file?: string;
  /** Whether it is gone when the process ends. */
  readonly isVolatile: boolean;
}

/** Makes the store; it is not opened. */
export function createNamedStore(name: string): NamedStore {
  if (name === 'memory:') return { store: createMemoryStore(), isVolatile: true };
  const file = name.startsWith('sqlite:') ? name.slice('sqlite:'.length) : '';
  if (file !== '') return { store: createSqliteStore({ path: file }), file, isVolatile: false };
  throw new ConfigError('TALLYSTICK_STORE: sqlite:FILE or memory:');
}
