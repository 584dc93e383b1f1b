/**
 * Several processes on one port and one store. This one starts them, starts another where one ends unasked, and stops them
 * all when it is told to; it serves nothing itself.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { signalled } from './signalled.ts';

/** So that processes which cannot run do not keep the machine busy with starting. */
const pause = 1_000;

/**
 * Runs `count` processes, each of which is this command again, until it is told to stop. Resolves with the exit code of the
 * first one where that does not come to listen: it has then said why.
 */
export async function supervise(count: number, log: Logger): Promise<number> {
  // Before a worker can say that it is listening, and with it that there is something to stop.
  const stopped = signalled();
  const first = cluster.fork();
  const failure = await Promise.race([once(first, 'listening').then(() => undefined), ended(first), stopped]);
  if (failure !== undefined) return failure || 1;
  const stopping = new AbortController();
  const others = Array.from({ length: count - 1 }, () => cluster.fork());
  const places = [first, ...others].map((worker) => keep(worker, log, stopping.signal));
  void Promise.all(others.map((worker) => once(worker, 'listening'))).then(() => {
    log.info({ workers: count }, 'all workers are listening');
  });
  await stopped;
  stopping.abort();
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  await Promise.all(places);
  return 0;
}

/** Keeps one process running. */
async function keep(worker: Worker, log: Logger, stopping: AbortSignal): Promise<void> {
  const code = await ended(worker);
  if (stopping.aborted) return;
  log.error({ pid: worker.process.pid, code }, 'a worker has ended');
  await wait(pause, undefined, { signal: stopping }).catch(() => {});
  if (!stopping.aborted) await keep(cluster.fork(), log, stopping);
}

async function ended(worker: Worker): Promise<number> {
  const [code] = await once(worker, 'exit');
  return Number(code);
}
