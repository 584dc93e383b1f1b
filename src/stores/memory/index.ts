/**
 * The store in memory, for tests and examples.
 */
export { createMemoryStore, type MemoryStoreOptions } from './memory-store.ts';
