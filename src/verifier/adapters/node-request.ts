/**
 * What frameworks on Node's own HTTP server have in common, as the verifier wants it.
 */
import type { BearerRequest } from '../bearer-request.ts';

/** As much of a request as is used. */
export interface NodeRequest {
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Of Node: every value of each header, where `headers` keeps the first `authorization` and drops the others. */
  readonly headersDistinct?: Readonly<Record<string, readonly string[] | undefined>> | undefined;
  /** What a body parser has left here. */
  readonly body?: unknown;
}

export function toBearerRequest(request: NodeRequest, url: string = request.url ?? '/'): BearerRequest {
  const get = (name: string) => {
    const value = request.headersDistinct?.[name] ?? request.headers[name];
    return typeof value === 'string' ? value : value?.join(', ');
  };
  return { url, method: request.method, headers: { get }, form: request.body };
}
