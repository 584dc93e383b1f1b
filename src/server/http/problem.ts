/**
 * The one error of the HTTP edge: what leaves as an error body, and what stays here for the log.
 */
import { type ErrorCode, errorStatus } from '../../protocol/errors.ts';
import type { ErrorResponse } from '../../protocol/wire.ts';
import { UnsupportedError } from '../unsupported.ts';
import { type Answer, json } from './answer.ts';

export interface ProblemOptions {
  /** For people; never a secret, never anything the sender did not know. */
  readonly description: string;
  /** Where it is not the one that goes with the code. */
  readonly status?: number;
  /** For the log alone. */
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown anywhere below a route; becomes its response. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ErrorCode;
  readonly description: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;

  constructor(code: ErrorCode, { description, status, detail, headers = {}, cause }: ProblemOptions) {
    super(detail ?? description, { cause });
    this.code = code;
    this.description = description;
    this.headers = headers;
    this.status = status ?? errorStatus[code];
  }

  toAnswer(): Answer {
    const body: ErrorResponse = { error: this.code, error_description: this.description };
    return json(body, { status: this.status, headers: this.headers });
  }
}

/**
 * What signs nobody out, and may succeed in a moment. With a `cause` it is our own trouble, the store's or the host's, of
 * which the operator is told; without one it is about this request alone.
 */
export function unavailable(detail: string, cause?: unknown): Problem {
  return new Problem('temporarily_unavailable', {
    description: 'The server cannot answer right now. Try again.',
    detail,
    headers: { 'Retry-After': '1' },
    cause,
  });
}

/** What every refresh token gets that is not good for its request. An error and its stack would cost more than the check. */
export const grantRefused: Answer = invalidGrant('').toAnswer();

/** The same where an error is called for; why is for the log. */
export function invalidGrant(detail: string): Problem {
  return new Problem('invalid_grant', { description: 'The refresh token is not valid.', detail });
}

export function invalidRequest(description: string): Problem {
  return new Problem('invalid_request', { description });
}

export function notFound(description = 'There is nothing here.'): Problem {
  return new Problem('not_found', { description });
}

export function tooManyAttempts(retryAfterSeconds: number, what = 'failed attempts'): Problem {
  return new Problem('too_many_attempts', {
    description: `Too many ${what}. Try again later.`,
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
}

const faultsAnswered503: ReadonlySet<string> = new Set(['StoreError', 'HostError']);

/** What any error leaves as. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof UnsupportedError) return new Problem('stateless_sessions', { description: error.message });
  if (error instanceof Error && faultsAnswered503.has(error.name)) return unavailable(error.message, error);
  // Whoever guesses passwords fills the queue: that is their doing and no fault.
  if (error instanceof Error && error.name === 'HashQueueFullError') return unavailable(error.message);
  return new Problem('server_error', {
    description: 'The server made a mistake.',
    detail: String(error),
    cause: error,
  });
}
