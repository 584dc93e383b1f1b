/**
 * Whether the files that a connection was opened on are still found under their names. What is written to one that was removed,
 * moved or replaced is on disk and lost all the same: whoever opens the path next finds something else. It does **not** notice
 * what is written over a file in its place.
 */
import { realpathSync, statSync } from 'node:fs';
import { StoreError } from '../store-error.ts';

/** Files by their paths, each with the number that its file system knows it by. */
export type KnownFiles = readonly (readonly [path: string, number: number])[];

/** The database at `path` and its log, as far as they are there. */
export function knownFiles(path: string): KnownFiles {
  return [path, `${realpathSync(path)}-wal`].flatMap((name) => {
    const number = numberOf(name);
    return number === undefined ? [] : [[name, number] as const];
  });
}

/** Throws a `StoreError` that names the file which is no longer the one that is known. */
export function assertSameFiles(files: KnownFiles): void {
  for (const [path, number] of files) {
    if (numberOf(path) !== number) {
      throw new StoreError(`${path} was removed, moved or replaced: put it back, or restart on what is there now`);
    }
  }
}

function numberOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino;
  } catch {
    // A folder above it has gone, or may not be looked into any more.
    return undefined;
  }
}
