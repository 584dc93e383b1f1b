/**
 * Puts the suite together for one store. It knows no engine, no test runner, and has no hold on the store's clock: where a
 * case needs something to be over, it writes ends that lie in the past.
 */
import type { Store } from '../store.ts';
import { attemptCases } from './attempt-cases.ts';
import type { CaseBench, CaseDefinition, ConformanceCase } from './conformance-case.ts';
import { lifecycleCases } from './lifecycle-cases.ts';
import { plainRotationCases } from './plain-rotation-cases.ts';
import { revocationCases } from './revocation-cases.ts';
import { sessionCases } from './session-cases.ts';
import { signingKeyCases } from './signing-key-cases.ts';
import { singleUseCases } from './single-use-cases.ts';
import { subjectCases } from './subject-cases.ts';
import { sweepCases } from './sweep-cases.ts';
import { twoServerCases } from './two-server-cases.ts';
import { userCases } from './user-cases.ts';

export interface StoreConformanceOptions {
  /** Gives a fresh, empty store, open. Cases may run side by side, so no two may share data. */
  open(): Promise<Store>;
  /**
   * Gives a second store object, open, on the data of `store`, sharing nothing with it but the engine: a second server.
   * Or says why there can be none, which skips the cases that need one.
   */
  readonly another: ((store: Store) => Promise<Store>) | { readonly skip: string };
}

const definitions: readonly CaseDefinition[] = [
  ...lifecycleCases,
  ...sessionCases,
  ...plainRotationCases,
  ...subjectCases,
  ...userCases,
  ...signingKeyCases,
  ...revocationCases,
  ...singleUseCases,
  ...attemptCases,
  ...sweepCases,
  ...twoServerCases,
];

/**
 * Every case of the suite, for the store that `options` opens:
 *
 *     for (const { name, skip, run } of storeConformance({ open, another })) test.skipIf(skip)(name, run);
 */
export function storeConformance(options: StoreConformanceOptions): readonly ConformanceCase[] {
  const { another } = options;
  return definitions.map(({ name, needsAnother, run }) => ({
    name,
    ...(needsAnother && 'skip' in another ? { skip: another.skip } : {}),
    run: () => runOnBench(options, run),
  }));
}

async function runOnBench(
  { open, another }: StoreConformanceOptions,
  run: (bench: CaseBench) => Promise<void>,
): Promise<void> {
  const opened: Store[] = [];
  const keep = async (opening: Promise<Store>) => {
    const store = await opening;
    opened.push(store);
    return store;
  };
  const store = await keep(open());
  const openAnother = async () => {
    if ('skip' in another) throw new Error(another.skip);
    return keep(another(store));
  };
  try {
    await run({ store, another: openAnother, fresh: () => keep(open()) });
  } finally {
    await Promise.all(opened.map((each) => each.close()));
  }
}
