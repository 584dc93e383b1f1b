/**
 * Writes that are data and so can be made by another thread: plain rotations, single uses, and the steps of
 * attempts that are counted.
 */
import type { SessionRotation } from '../session-rotation.ts';
import type { AttemptAdmission, AttemptEnd, AttemptStart, PlainUpdate, SingleUse } from '../store.ts';
import { readRotated } from './sessions.ts';

/** A write as the thread is sent it. */
export type ThreadWrite =
  | { readonly rotation: SessionRotation }
  | { readonly uses: readonly SingleUse[] }
  | { readonly starts: readonly AttemptStart[] }
  | { readonly ends: readonly AttemptEnd[] };

/**
 * What became of a write: the row, as `readRotated` takes it, where the rotation applied; of each use, whether it is the first;
 * what each attempt was told; nothing of those that ended.
 */
export interface Written {
  readonly row?: string | undefined;
  readonly areFirst?: readonly boolean[];
  readonly admissions?: readonly AttemptAdmission[];
  readonly haveEnded?: true;
}

/** A write, and what it comes to. */
export interface Errand<Result> {
  readonly write: ThreadWrite;
  /** Aborted where the sender has hung up. Then it is not for the thread. */
  readonly signal?: AbortSignal | undefined;
  /** Gives the result by the clock `now`; nothing, where it is still to be decided on. */
  readonly conclude: (written: Written, now: number) => { readonly result: Result } | undefined;
}

export function rotating<Result>(sid: string, { signal, conclude, ...rotation }: PlainUpdate<Result>): Errand<Result> {
  return {
    write: { rotation: { sid, ...rotation } },
    signal,
    conclude: ({ row }, now) => (row === undefined ? undefined : { result: conclude(readRotated(sid, row), now) }),
  };
}

export function remembering(uses: readonly SingleUse[]): Errand<readonly boolean[]> {
  return { write: { uses }, conclude: ({ areFirst }) => areFirst && { result: areFirst } };
}

export function starting(starts: readonly AttemptStart[]): Errand<readonly AttemptAdmission[]> {
  return { write: { starts }, conclude: ({ admissions }) => admissions && { result: admissions } };
}

export function ending(ends: readonly AttemptEnd[]): Errand<void> {
  return { write: { ends }, conclude: ({ haveEnded }) => haveEnded && { result: undefined } };
}
