/**
 * Fetches JSON from a server that is trusted for its words, not for its manners: with a limit on size and on time, and no
 * redirect followed, so that nobody can send us, or our credentials, anywhere else.
 */
import { withDeadline } from '../time/with-deadline.ts';

/** As much of `fetch` as is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface FetchJsonRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In bytes. */
  readonly maxLength: number;
  /** For all of it, from asking to the last byte. */
  readonly deadlineMilliseconds: number;
}

/** `status` is absent where there was no answer. `reason` is for logs. */
export type FetchJsonResult =
  | { readonly ok: true; readonly value: unknown; readonly headers: Headers }
  | { readonly ok: false; readonly reason: string; readonly status?: number };

/** Never rejects. */
export async function fetchJson(fetch: Fetch, request: FetchJsonRequest): Promise<FetchJsonResult> {
  const abort = new AbortController();
  try {
    return await withDeadline(exchange(fetch, request, abort.signal), request.deadlineMilliseconds);
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : 'failed' };
  } finally {
    // Whatever is still coming in, a drip of one byte a minute included, ends here.
    abort.abort();
  }
}

async function exchange(fetch: Fetch, request: FetchJsonRequest, signal: AbortSignal): Promise<FetchJsonResult> {
  const { url, method = 'GET', headers = {}, body, maxLength } = request;
  const init = { method, headers: { accept: 'application/json', ...headers }, redirect: 'manual', signal } as const;
  const response = await fetch(url, body === undefined ? init : { ...init, body });
  if (response.status !== 200) return { ok: false, reason: `status ${response.status}`, status: response.status };
  const text = await readText(response, maxLength);
  if (text === undefined) return { ok: false, reason: `more than ${maxLength} bytes`, status: response.status };
  const value = parseJson(text);
  if (value === undefined) return { ok: false, reason: 'not JSON', status: response.status };
  return { ok: true, value, headers: response.headers };
}

/** `undefined` is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The whole body, or `undefined` where it is longer than `maxLength` bytes; no more than that is ever held. */
export async function readText(response: Pick<Response, 'body'>, maxLength: number): Promise<string | undefined> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const pieces: string[] = [];
  for (let length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return pieces.join('') + decoder.decode();
    length += value.length;
    if (length > maxLength) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    pieces.push(decoder.decode(value, { stream: true }));
  }
}
