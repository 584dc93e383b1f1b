/**
 * Plain rotations and single uses, written by a thread with a connection of its own. The thread is started when the first one
 * comes. Where it cannot be had (a bundle may lack its file), nothing is written here, and whoever asked does it himself.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Errand, ThreadWrite, Written } from './errand.ts';

export interface Writer {
  /** Starts the thread where it has not been started. Whether there is one. */
  start(): Promise<boolean>;
  /**
   * Makes those writes that apply, in one transaction, and gives what they come to in their order once they are on disk;
   * `undefined`, or nothing, for those that are still to be done. `busy`: another process has the file. One call at a time.
   */
  write<Result>(
    errands: readonly Errand<Result>[],
  ): Promise<readonly ({ readonly result: Result } | undefined)[] | 'busy'>;
  close(): Promise<void>;
}

/** What the thread says: that it is ready, or what became of a transaction. Sent as JSON, which is the cheaper way. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'written'; readonly written: readonly Written[]; readonly now: number }
  | { readonly kind: 'busy' | 'failed' };

/** Makes a writer for the file at `path`, which has been opened and is of the newest schema. */
export function createWriter(path: string): Writer {
  let thread: Thread | undefined;
  return {
    start: () => {
      thread ??= startThread(path);
      return thread.start();
    },
    write: async (errands) => {
      const answer = (await thread?.ask(errands.map(({ write }) => write))) ?? { kind: 'failed' };
      if (answer.kind !== 'written') return answer.kind === 'busy' ? 'busy' : [];
      return errands.map(({ conclude }, index) => conclude(answer.written[index] ?? {}, answer.now));
    },
    close: async () => thread?.close(),
  };
}

interface Thread {
  start(): Promise<boolean>;
  ask(writes: readonly ThreadWrite[]): Promise<ThreadMessage>;
  close(): Promise<void>;
}

function startThread(path: string): Thread {
  const script = new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(script, { workerData: { path }, execArgv: [] });
  const { promise: ready, resolve: begin } = Promise.withResolvers<boolean>();
  let hasEnded = false;
  let answer: (message: ThreadMessage) => void = () => {};
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      hasEnded = true;
      begin(false);
      // Whatever it had committed shows in the rows, which are looked at next: a use then counts as used.
      answer({ kind: 'failed' });
      resolve();
    });
  });
  worker.on('error', () => {});
  worker.on('message', (text: string) => {
    const message = JSON.parse(text) as ThreadMessage;
    if (message.kind === 'ready') begin(true);
    else answer(message);
  });
  // A process that has nothing else to do may end.
  worker.unref();
  return {
    start: () => {
      worker.ref();
      return ready.finally(() => worker.unref());
    },
    ask: async (writes) => {
      if (hasEnded) return { kind: 'failed' };
      worker.ref();
      const answered = new Promise<ThreadMessage>((resolve) => {
        answer = resolve;
      });
      worker.postMessage(JSON.stringify(writes));
      return answered.finally(() => worker.unref());
    },
    close: async () => {
      worker.postMessage('close');
      worker.ref();
      await ended;
    },
  };
}
