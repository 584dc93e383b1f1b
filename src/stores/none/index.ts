/**
 * No store, for stateless sessions of servers that have nothing in common but their root secrets.
 */
export { createNoStore } from './no-store.ts';
