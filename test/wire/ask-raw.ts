/**
 * One HTTP request over a socket, and what came back as it came: status line, headers in their order and spelling, body.
 * Nothing is followed, decoded or repaired.
 */
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What was asked for. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Name and value of each header, as they were sent. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Asks the server at `url`. An event stream is read to its first event. */
export async function askRaw(url: string, { method, path, headers = {}, body }: Question): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(url + path, { method, headers }, resolve);
  outgoing.once('error', reject);
  outgoing.end(body);
  const incoming = await promise;
  const isStream = incoming.headers['content-type']?.startsWith('text/event-stream') ?? false;
  const { rawHeaders } = incoming;
  return {
    status: incoming.statusCode ?? 0,
    statusText: incoming.statusMessage ?? '',
    headers: Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
      rawHeaders[2 * index] ?? '',
      rawHeaders[2 * index + 1] ?? '',
    ]),
    body: await (isStream ? firstEvent(incoming) : text(incoming)),
  };
}

async function firstEvent(stream: IncomingMessage): Promise<string> {
  let received = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    received += chunk;
    if (received.includes('\n\n')) break;
  }
  return received;
}
