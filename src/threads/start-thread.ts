/**
 * A thread beside the event loop that is asked, and answers in the same order. It keeps no process running that has nothing
 * else to do. What it is asked and answers is its script's business: `parentPort` brings the questions, `close` among them as the last
 * one, and takes the answers, the first of which says that it is ready.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * So many questions are sent together before the turn of the event loop in which they came is over: the thread is at work while it
 * goes on.
 */
export const earlyBatch = 16;

/** The thread, which is started once. */
export interface Thread<Question, Answer> {
  /** Resolves when it can be asked, with whether it can: a bundle may lack its file. */
  ready(): Promise<boolean>;
  /** Whether it can be asked already, and still. */
  isReady(): boolean;
  /** Whether it is over, or could not be had. */
  hasEnded(): boolean;
  /** Resolves with `undefined` where the thread has ended, whatever it had done until then. */
  ask(question: Question): Promise<Answer | undefined>;
  /** Resolves when it has ended. */
  close(): Promise<void>;
}

/** Starts `name` beside the module at `from`, in a source tree as well as in what was built from it. */
export function startThread<Question, Answer>(
  name: string,
  from: string,
  workerData?: unknown,
): Thread<Question, Answer> {
  const worker = createWorker(new URL(`./${name}${extname(from)}`, from), workerData);
  if (worker === undefined) return noThread;
  const { promise: ready, resolve: begin } = Promise.withResolvers<boolean>();
  let isRunning = false;
  let isOver = false;
  const asked: ((answer: Answer | undefined) => void)[] = [];
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      isRunning = false;
      isOver = true;
      begin(false);
      for (const answer of asked.splice(0)) answer(undefined);
      resolve();
    });
  });
  worker.on('error', () => {});
  worker.once('message', () => {
    isRunning = true;
    begin(true);
    worker.on('message', (message: Answer) => asked.shift()?.(message));
  });
  worker.unref();
  let held = 0;
  const awaited = async <Result>(result: Promise<Result>): Promise<Result> => {
    held += 1;
    worker.ref();
    const settled = await result;
    held -= 1;
    if (held === 0) worker.unref();
    return settled;
  };
  return {
    ready: () => awaited(ready),
    isReady: () => isRunning,
    hasEnded: () => isOver,
    ask: async (question) => {
      if (!isRunning) return undefined;
      worker.postMessage(question);
      return awaited(new Promise((resolve) => asked.push(resolve)));
    },
    close: () => {
      worker.postMessage('close');
      return awaited(ended);
    },
  };
}

/** `undefined` where threads may not be had at all, as under `--permission`, or not from where the code came from. */
function createWorker(url: URL, workerData: unknown): Worker | undefined {
  try {
    return new Worker(url, { workerData, execArgv: [] });
  } catch {
    return undefined;
  }
}

const noThread: Thread<unknown, never> = {
  ready: async () => false,
  isReady: () => false,
  hasEnded: () => true,
  ask: async () => undefined,
  close: async () => {},
};
