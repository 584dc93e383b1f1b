/**
 * The store on PostgreSQL.
 */
export type { PostgresClient, PostgresPool, PostgresQuery, PostgresResult, PostgresRow } from './driver.ts';
export { createPostgresStore, type PostgresStoreOptions } from './postgres-store.ts';
