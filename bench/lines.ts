/**
 * The lines of the benchmark, in the order of the table. A line's file is loaded when it is asked for, so that one line
 * needs what it needs and no more.
 */
import type { Line } from './line.ts';

type Load = () => Promise<{ readonly line: Line }>;

/** By name, as on the command line. */
export const lines: Readonly<Record<string, Load>> = {
  'refresh-sqlite': () => import('./refresh-sqlite.bench.ts'),
  'refresh-peers': () => import('./refresh-peers.bench.ts'),
  'refresh-postgres': () => import('./refresh-postgres.bench.ts'),
  'refresh-made-up': () => import('./refresh-made-up.bench.ts'),
  verify: () => import('./verify.bench.ts'),
  removal: () => import('./removal.bench.ts'),
  'scale-sqlite': () => import('./scale-sqlite.bench.ts'),
  'scale-postgres': () => import('./scale-postgres.bench.ts'),
  'session-size': () => import('./session-size.bench.ts'),
  'client-size': () => import('./client-size.bench.ts'),
  'client-fetch': () => import('./client-fetch.bench.ts'),
  start: () => import('./start.bench.ts'),
  isolation: () => import('./isolation.bench.ts'),
  'refresh-stateless': () => import('./refresh-stateless.bench.ts'),
};
