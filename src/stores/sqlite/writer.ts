/**
 * Writes that are data, made by a thread with a connection of its own. The thread is started when the first one comes. Where
 * it cannot be had (a bundle may lack its file), nothing is written here, and whoever asked does it himself.
 */
import { keepThread } from '../../threads/keep-thread.ts';
import { startThread } from '../../threads/start-thread.ts';
import type { Errand, Written } from './errand.ts';
import type { KnownFiles } from './same-files.ts';

export interface Writer {
  /** Starts the thread where it has not been started. Whether there is one. */
  start(): Promise<boolean>;
  /**
   * Makes those writes that apply, in one transaction, and gives what they come to in their order once they are on disk;
   * `undefined`, or nothing, for those that are still to be done. `busy`: another process has the file.
   */
  write<Result>(
    errands: readonly Errand<Result>[],
  ): Promise<readonly ({ readonly result: Result } | undefined)[] | 'busy'>;
  close(): Promise<void>;
}

/** What became of a transaction. */
export type ThreadAnswer =
  | { readonly kind: 'written'; readonly written: readonly Written[]; readonly now: number }
  | { readonly kind: 'busy' | 'failed' };

/** Makes a writer for the file at `path`, which has been opened, with `files`, and is of the newest schema. */
export function createWriter(path: string, files: KnownFiles): Writer {
  // Asked in JSON, which is cheaper than copies of objects.
  const thread = keepThread<string, ThreadAnswer>(() => startThread('writer-thread', import.meta.url, { path, files }));
  return {
    start: () => thread.current().ready(),
    write: async (errands) => {
      const asked = thread.current().ask(JSON.stringify(errands.map(({ write }) => write)));
      // Whatever a thread that has ended had committed shows in the rows, which are looked at next: a use then counts as used.
      const answer = (await asked) ?? { kind: 'failed' };
      if (answer.kind !== 'written') return answer.kind === 'busy' ? 'busy' : [];
      return errands.map(({ conclude }, index) => conclude(answer.written[index] ?? {}, answer.now));
    },
    close: thread.close,
  };
}
