/**
 * One request to the server, bounded in time, and what came of it as a value. It never repeats anything and decides nothing.
 */
import type { ErrorResponse } from '../protocol/wire.ts';
import { longestSince } from './clock.ts';
import type { Environment } from './environment.ts';

/** How long an exchange takes at most, in milliseconds: a third of the server's retry window. */
export const exchangeTime = 10_000;

export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Headers; readonly body: unknown }
  /** The network failed, nothing came in time, or it came too late to be counted from. */
  | { readonly kind: 'silence' };

export async function exchange(
  { fetch, now, setTimer }: Environment,
  url: string,
  init: RequestInit,
  signal?: AbortSignal,
): Promise<Answer> {
  const giveUp = new AbortController();
  const abort = (): void => giveUp.abort();
  const cancel = setTimer(abort, exchangeTime);
  signal?.addEventListener('abort', abort);
  const sent = now();
  try {
    const answer = await Promise.race([read(fetch(url, { ...init, signal: giveUp.signal })), aborted(giveUp.signal)]);
    // A page that was frozen meanwhile cannot tell when the answer was received.
    return longestSince(sent, now()) > exchangeTime ? { kind: 'silence' } : answer;
  } catch {
    return { kind: 'silence' };
  } finally {
    cancel();
    signal?.removeEventListener('abort', abort);
  }
}

async function read(sent: Promise<Response>): Promise<Answer> {
  const response = await sent;
  const text = await response.text();
  return { kind: 'answer', status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Even a `fetch` that does not listen to its signal holds nobody up. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', reject);
    if (signal.aborted) reject();
  });
}

/** The error that the body tells of, or `undefined` where it is not one of the server's. */
export function errorOf(answer: Answer): ErrorResponse | undefined {
  const body = answer.kind === 'answer' ? (answer.body as Partial<ErrorResponse> | null | undefined) : undefined;
  return typeof body?.error === 'string'
    ? { error: body.error, error_description: body.error_description ?? '' }
    : undefined;
}

/** How long the server asks to be left alone, in milliseconds; 0 where it does not say. A date is not understood. */
export function retryAfterOf(answer: Answer): number {
  const seconds = answer.kind === 'answer' ? Number(answer.headers.get('Retry-After') ?? 0) : 0;
  return seconds > 0 ? seconds * 1000 : 0;
}
