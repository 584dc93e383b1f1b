/**
 * From an answer to the `Response` that leaves: with the headers that every response of this server has. The pages have
 * theirs from where they are served.
 */
import type { Answer } from './answer.ts';

/** What no response is without. Caching is refused unless the answer says otherwise. */
const always: Readonly<Record<string, string>> = {
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

/** Writes an answer, with what else the edge has to say about this request. */
export function respond({ status, headers, cookies = [], body }: Answer, extra: Answer['headers']): Response {
  const all = { ...always, ...extra, ...headers };
  return new Response(body, { status, headers: cookies.length === 0 ? all : withCookies(all, cookies) });
}

/** The same for a response that was made elsewhere, such as a stream; what it says itself stands. */
export function decorate(response: Response, extra: Answer['headers']): Response {
  for (const [name, value] of Object.entries({ ...always, ...extra })) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}

function withCookies(headers: Answer['headers'], cookies: readonly string[]): Headers {
  const all = new Headers(headers);
  for (const cookie of cookies) all.append('Set-Cookie', cookie);
  return all;
}
