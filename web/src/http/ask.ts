/**
 * One request for JSON, with every way it can end as a value. It does not retry, and it does not check the answer's shape:
 * the server is ours, and so is its contract.
 */
import { SessionEndedError } from 'tallystick/client';

/** How a request ended. `T` is what the contract says the server answers; it is **not** checked. */
export type Answer<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly status: number; readonly error: string; readonly description: string }
  /** The session ended, and nothing was sent for anybody else. */
  | { readonly kind: 'given-up' }
  | { readonly kind: 'unreachable' };

/** Sends what `send` sends and reads the answer. Never throws. An answer without a body gives `undefined` as its value. */
export async function ask<T>(send: () => Promise<Response>): Promise<Answer<T>> {
  try {
    const response = await send();
    const body: unknown = await readBody(response);
    return response.ok ? { kind: 'done', value: body as T } : refusal(response.status, body);
  } catch (error) {
    return { kind: error instanceof SessionEndedError ? 'given-up' : 'unreachable' };
  }
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

function refusal(status: number, body: unknown): Answer<never> {
  const { error, error_description: description } = (body ?? {}) as Record<string, unknown>;
  return {
    kind: 'refused',
    status,
    error: typeof error === 'string' ? error : 'unknown',
    description: typeof description === 'string' ? description : `The server answered ${status}.`,
  };
}
