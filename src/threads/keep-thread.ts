/**
 * A thread that is there again a while after it has ended: what ended it, such as a file that was busy or a want of descriptors,
 * may have passed. Whoever asks meanwhile is told that there is none. It does **not** repeat what a thread had been asked.
 */
import type { Thread } from './start-thread.ts';

/** A thread under one name, whichever it is at the moment. */
export interface KeptThread<Question, Answer> {
  /** The present one; started where there is none, or where the last one has ended long enough ago. */
  current(): Thread<Question, Answer>;
  /** Whether there is one that can be asked. */
  isReady(): boolean;
  /** Resolves when it has ended, and is not to be started again. */
  close(): Promise<void>;
}

/** A thread that cannot be had costs a try, so those who ask do not pay for one each, in milliseconds. */
const pause = 60_000;

/** Keeps what `start` starts, which is not before it is wanted. `monotonic` gives milliseconds. */
export function keepThread<Question, Answer>(
  start: () => Thread<Question, Answer>,
  monotonic: () => number = () => performance.now(),
): KeptThread<Question, Answer> {
  let thread: Thread<Question, Answer> | undefined;
  let startedAt = 0;
  let isClosed = false;
  return {
    current: () => {
      const isOver = thread?.hasEnded() && !isClosed && monotonic() - startedAt >= pause;
      if (thread !== undefined && !isOver) return thread;
      startedAt = monotonic();
      thread = start();
      return thread;
    },
    isReady: () => thread?.isReady() ?? false,
    close: async () => {
      isClosed = true;
      await thread?.close();
    },
  };
}
