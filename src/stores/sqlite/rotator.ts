/**
 * Plain rotations, written by a thread with a connection of its own. The thread is started when the first one comes. Where it
 * cannot be had (a bundle may lack its file), nothing is rotated here, and whoever asked decides on the row.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SessionRecord } from '../../session/session-record.ts';
import type { PlainUpdate } from '../store.ts';
import type { SessionRotation } from './sessions.ts';

/** A plain rotation, and what it comes to. */
export interface Rotation<Result> {
  readonly sid: string;
  readonly plain: PlainUpdate<Result>;
}

/** A row as it was written, and the clock it was decided by. */
export interface Rotated {
  readonly row: SessionRecord;
  readonly now: number;
}

export interface Rotator {
  /** Starts the thread where it has not been started. Whether there is one. */
  start(): Promise<boolean>;
  /**
   * Writes those that apply, in one transaction, and gives them in their order once they are on disk; `undefined`, or
   * nothing, for those that are still to be decided on. `busy`: another process has the file. One call at a time.
   */
  rotate(rotations: readonly Rotation<unknown>[]): Promise<readonly (Rotated | undefined)[] | 'busy'>;
  close(): Promise<void>;
}

/** What the thread says: that it is ready, or what became of a transaction. Sent as JSON, which is the cheaper way. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'written'; readonly rows: readonly (SessionRecord | null)[]; readonly now: number }
  | { readonly kind: 'busy' | 'failed' };

/** Makes a rotator for the file at `path`, which has been opened and is of the newest schema. */
export function createRotator(path: string): Rotator {
  let thread: Thread | undefined;
  return {
    start: () => {
      thread ??= startThread(path);
      return thread.start();
    },
    rotate: async (rotations) => {
      const answer = (await thread?.ask(rotations.map(toRow))) ?? { kind: 'failed' };
      if (answer.kind !== 'written') return answer.kind === 'busy' ? 'busy' : [];
      return answer.rows.map((row) => row ?? undefined).map((row) => row && { row, now: answer.now });
    },
    close: async () => thread?.close(),
  };
}

/** Without the signal and the conclusion, which stay on this thread. */
function toRow({ sid, plain }: Rotation<unknown>): SessionRotation {
  const { signal: _signal, conclude: _conclude, ...rotation } = plain;
  return { sid, ...rotation };
}

interface Thread {
  start(): Promise<boolean>;
  ask(rotations: readonly SessionRotation[]): Promise<ThreadMessage>;
  close(): Promise<void>;
}

function startThread(path: string): Thread {
  const script = new URL(`./rotation-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(script, { workerData: { path }, execArgv: [] });
  const { promise: ready, resolve: begin } = Promise.withResolvers<boolean>();
  let hasEnded = false;
  let answer: (message: ThreadMessage) => void = () => {};
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      hasEnded = true;
      begin(false);
      // Whatever it had committed shows in the rows, which are read next.
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
    ask: async (rotations) => {
      if (hasEnded) return { kind: 'failed' };
      worker.ref();
      const answered = new Promise<ThreadMessage>((resolve) => {
        answer = resolve;
      });
      worker.postMessage(JSON.stringify(rotations));
      return answered.finally(() => worker.unref());
    },
    close: async () => {
      worker.postMessage('close');
      worker.ref();
      await ended;
    },
  };
}
