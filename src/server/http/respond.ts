/**
 * From an answer to the `Response` that leaves: with the headers that every response of this server has. The pages have
 * theirs from where they are served.
 */
import type { Answer } from './answer.ts';

/** What no response is without. Caching is refused unless the answer says otherwise. */
export const always: Answer['headers'] = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Frame-Options': 'DENY',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-XSS-Protection': '0',
};

/** What the edge says beside an answer: to everybody, `always` with it, and because of this request. */
export interface EdgeHeaders {
  readonly common: Answer['headers'];
  readonly own?: Answer['headers'];
}

/** Writes an answer. What it says itself stands. */
export function respond({ status, headers, cookies = [], body }: Answer, { common, own }: EdgeHeaders): Response {
  const all = { ...common, ...own, ...headers };
  return new Response(body, { status, headers: cookies.length === 0 ? all : withCookies(all, cookies) });
}

/** The same for a response that was made elsewhere, such as a stream. */
export function decorate(response: Response, { common, own }: EdgeHeaders): Response {
  for (const [name, value] of Object.entries({ ...common, ...own })) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}

function withCookies(headers: Answer['headers'], cookies: readonly string[]): Headers {
  const all = new Headers(headers);
  for (const cookie of cookies) all.append('Set-Cookie', cookie);
  return all;
}
