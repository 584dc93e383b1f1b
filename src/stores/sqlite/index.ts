/**
 * The embedded store on `node:sqlite`.
 */
export { createSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
