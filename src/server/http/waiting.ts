/**
 * How long the sender of a request waits for its answer: until they hang up, and no longer than they said.
 */
import { deadlineHeader } from '../../protocol/headers.ts';
import type { Waiting } from '../operations/is-late.ts';
import type { Exchange } from './exchange.ts';
import { invalidRequest } from './problem.ts';

export function waitingOf(exchange: Exchange): Waiting {
  return { deadline: readDeadline(exchange), signal: exchange.req.raw.signal };
}

function readDeadline(exchange: Exchange): number | undefined {
  const text = exchange.req.header(deadlineHeader);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalidRequest(`${deadlineHeader}: milliseconds since the epoch`);
  return Number(text);
}
