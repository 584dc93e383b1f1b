/**
 * How often a process asked for its writes to be put on disk, counted by `strace` from outside.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { findProgram } from '../../tools/programs.mjs';

export interface Flushes<Result> {
  readonly count: number;
  readonly result: Result;
}

/** Counts while `act` runs, which it slows down: no rate counts that is measured meanwhile. */
export async function countFlushes<Result>(pid: number, act: () => Promise<Result>): Promise<Flushes<Result>> {
  const strace = findProgram('strace');
  if (strace === undefined) throw new Error('strace is not installed: `npm run bench` sees to it');
  const how = ['-f', '-qq', '-e', 'trace=fsync,fdatasync', '-e', 'signal=none'];
  const tracing = spawn(strace, [...how, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(tracing, 'exit');
  let count = 0;
  // One line a call; a call that another thread interrupts is said again where it ends.
  createInterface({ input: tracing.stderr }).on('line', (said) => {
    if (/\bf(data)?sync\(/.test(said)) count += 1;
  });
  const result = await act();
  tracing.kill('SIGINT');
  await ended;
  return { count, result };
}
