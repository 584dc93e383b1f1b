/**
 * What a route answers, as a value. The edge adds the headers that every response has and writes it once: a `Response` that
 * is changed after it was made costs more than all the rest of a refresh.
 */

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `Set-Cookie` values, each a header of its own. */
  readonly cookies?: readonly string[];
  readonly body: string | null;
}

/** A JSON answer: 200 unless told otherwise. */
export function json(
  value: object,
  { status = 200, headers = {}, cookies = [] }: Partial<Omit<Answer, 'body'>> = {},
): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, cookies, body: JSON.stringify(value) };
}

/** An answer without a body. */
export function empty(cookies: readonly string[] = []): Answer {
  return { status: 204, headers: {}, cookies, body: null };
}
