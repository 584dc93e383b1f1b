/**
 * What a case of the suite is, from outside and from inside.
 */
import type { Store } from '../store.ts';

/** One case, ready for a test runner: `test(name, run)`, or `test.skip` where there is a reason to skip it. */
export interface ConformanceCase {
  /** A sentence of behaviour. */
  readonly name: string;
  /** Why this store cannot be asked; absent where it can. */
  readonly skip?: string;
  /** Opens what it needs, rejects with an `AssertionError` where the store does not conform, and closes what it opened. */
  run(): Promise<void>;
}

/** What a case works on: a fresh, empty, open store, and more servers on the same data where it asks for them. */
export interface CaseBench {
  readonly store: Store;
  /** A second store object on the data of `store`, as another server has it, open. */
  another(): Promise<Store>;
  /** A store with data of its own, as fresh and empty as `store` was. */
  fresh(): Promise<Store>;
}

/** A case as its file writes it. */
export interface CaseDefinition {
  readonly name: string;
  /** Whether it needs `another`. */
  readonly needsAnother?: true;
  run(bench: CaseBench): Promise<void>;
}
