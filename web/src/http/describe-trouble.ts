/**
 * What a page says when a request was not done. It knows the codes of the wire and nothing about any one page.
 */
import type { Answer } from './ask.ts';

/** A sentence for people, or `undefined` where the request was done. */
export function describeTrouble(answer: Answer<unknown>): string | undefined {
  if (answer.kind === 'done') return undefined;
  if (answer.kind === 'given-up') return 'Not done: your session had ended.';
  if (answer.kind === 'unreachable') return 'The server is not responding. Check your connection and try again.';
  if (answer.status >= 500) return 'Something went wrong on the server. Try again in a moment.';
  if (answer.error === 'invalid_token') return 'Your session could not be confirmed. Try again in a few seconds.';
  return answer.description;
}
