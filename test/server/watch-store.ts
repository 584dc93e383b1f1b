/**
 * A store that says how it was used, and fails when told to. It changes nothing else.
 */
import type {
  Decision,
  SessionUpdate,
  SigningKeyRecord,
  SigningKeysWrite,
  Store,
  SubjectUpdate,
} from '../../src/stores/store.ts';
import { StoreError } from '../../src/stores/store-error.ts';

export type WatchedStore = Store & {
  /** The names of the methods that were called. */
  readonly calls: string[];
  /** What decisions had written, in order. */
  readonly writes: unknown[];
  /** From now on, whether every method rejects. */
  fail(isFailing: boolean): void;
  /** Has `act` done at the beginning of each call of a method. */
  before(method: keyof Store, act: () => void): void;
};

type Method = (...args: never[]) => unknown;

export function watchStore(store: Store): WatchedStore {
  const calls: string[] = [];
  const writes: unknown[] = [];
  const acts = new Map<string | symbol, () => void>();
  let isFailing = false;
  const noted = <Write, Result>(decision: Decision<Write, Result>): Decision<Write, Result> => {
    if (decision.write) writes.push(decision.write);
    return decision;
  };
  const members = {
    updateSessions: <Result>(updates: readonly SessionUpdate<Result>[]) =>
      store.updateSessions(
        updates.map((update) => ({
          ...update,
          plain: undefined,
          decide: (row, now) => noted(update.decide(row, now)),
        })),
      ),
    updateSubject: <Result>(update: SubjectUpdate<Result>) =>
      store.updateSubject({ ...update, decide: (state, now) => noted(update.decide(state, now)) }),
    updateSigningKeys: <Result>(
      decide: (keys: readonly SigningKeyRecord[], now: number) => Decision<SigningKeysWrite, Result>,
    ) => store.updateSigningKeys((keys, now) => noted(decide(keys, now))),
    insertUser: (...args: Parameters<Store['insertUser']>) => {
      writes.push(args);
      return store.insertUser(...args);
    },
    calls,
    writes,
    fail: (failing: boolean) => {
      isFailing = failing;
    },
    before: (method: keyof Store, act: () => void) => {
      acts.set(method, act);
    },
  };
  const untouched: ReadonlySet<string | symbol> = new Set(['onRevocations', 'close', 'fail', 'before']);
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = name in members ? members[name as keyof typeof members] : target[name as keyof Store];
      if (typeof member !== 'function') return member;
      const method = (name in members ? member : member.bind(target)) as Method;
      if (untouched.has(name)) return method;
      return async (...args: never[]) => {
        calls.push(String(name));
        acts.get(name)?.();
        if (isFailing) throw new StoreError('the store was told to fail');
        return method(...args);
      };
    },
  }) as WatchedStore;
}
