/**
 * The conformance suite of the port: what every store must do, as cases that any test runner can run.
 */
export type { ConformanceCase } from './conformance-case.ts';
export { type StoreConformanceOptions, storeConformance } from './store-conformance.ts';
