/**
 * One answer of a server, as the bare server gives it again.
 */

export interface Answer {
  readonly status: number;
  /** Without those that every server of Node sets by itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const setByNode: ReadonlySet<string> = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);

/** Posts the form and keeps the answer. */
export async function recordAnswer(url: string, form: URLSearchParams): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: form });
  const body = await response.text();
  const headers = [...response.headers].filter(([name]) => !setByNode.has(name));
  return {
    status: response.status,
    headers: { ...Object.fromEntries(headers), 'content-length': String(Buffer.byteLength(body)) },
    body,
  };
}
