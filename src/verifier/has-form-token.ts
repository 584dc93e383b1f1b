/**
 * Whether a request carries an access token in a form body (RFC 6750 section 2.2), beside the one in its header. Only forms
 * are looked at, and only their first part, which is where a client that follows an old example would put it.
 */
import type { BearerRequest } from './bearer-request.ts';

const longestForm = 16 * 1024;

export async function hasFormToken(request: BearerRequest): Promise<boolean> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '')) return false;
  if (typeof request.form === 'object' && request.form !== null) return Object.hasOwn(request.form, 'access_token');
  if (request.clone === undefined || request.bodyUsed === true) return false;
  return new URLSearchParams(await readStart(request.clone())).has('access_token');
}

/** Leaves the body itself to be read by whoever handles the request, who will also find out if it breaks off. */
async function readStart({ body }: Pick<Response, 'body'>): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let isDone = false; !isDone && text.length < longestForm; ) {
      const { done, value } = await reader.read();
      isDone = done;
      text += decoder.decode(value, { stream: !done });
    }
  } catch {
    return text;
  }
  reader.cancel().catch(() => {});
  return text;
}
