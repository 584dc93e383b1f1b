/**
 * An HTTP proxy between a browser and a server of this machine, that loses, delays, repeats and refuses what the test says. It keeps
 * no connection open: a browser sends again by itself what is lost on one that it has used before.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';

export type Fault =
  /** The server never sees it. */
  | { readonly kind: 'drop-request' }
  /** The server has answered, and nobody hears of it. */
  | { readonly kind: 'drop-response' }
  /** One of the two is on its way until `until` resolves. */
  | { readonly kind: 'delay-request' | 'delay-response'; readonly until: Promise<void> }
  /** It arrives twice, and the first answer is given. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refuse'; readonly status: 429 | 503; readonly retryAfter: number };

/** A request as it passed by, in the order of arrival. */
export interface PassedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What the server answered; `undefined` where it was not asked, or has not answered yet. */
  status?: number;
}

export interface FaultProxy {
  readonly url: string;
  /** Asked about each request; nothing happens to those for which it says nothing. */
  fault: (passing: PassedRequest) => Fault | undefined;
  /** What came by since the last `clear`. */
  readonly passed: readonly PassedRequest[];
  clear(): void;
  /** How often a path was asked for, with any query. */
  countOf(path: string): number;
  /** Says where everything goes. */
  lead(port: number): void;
  close(): Promise<void>;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly passing: PassedRequest;
  readonly body: Buffer;
}

interface ServerAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Opens it on a free port. It leads nowhere yet. */
export async function openFaultProxy(): Promise<FaultProxy> {
  let target = 0;
  let passed: PassedRequest[] = [];
  const server = createServer({ keepAlive: false }, (incoming, outgoing) => {
    void take(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server on a port has an address with a port');

  async function take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const passing: PassedRequest = { method, path: url, headers };
    passed.push(passing);
    const fault = proxy.fault(passing);
    const body = await readAll(incoming);
    await pass({ incoming, outgoing, passing, body }, fault);
  }

  async function pass(exchange: Exchange, fault: Fault | undefined): Promise<void> {
    const { outgoing } = exchange;
    if (fault?.kind === 'drop-request') return void outgoing.destroy();
    if (fault?.kind === 'refuse') return refuse(outgoing, fault);
    if (fault?.kind === 'delay-request') await fault.until;
    const answer = await ask(exchange);
    if (fault?.kind === 'duplicate') await ask(exchange);
    if (fault?.kind === 'delay-response') await fault.until;
    if (fault?.kind === 'drop-response') return void outgoing.destroy();
    outgoing.writeHead(answer.status, { ...answer.headers, connection: 'close' }).end(answer.body);
  }

  async function ask({ passing, body }: Exchange): Promise<ServerAnswer> {
    const { method, path, headers } = passing;
    const sent = request({ host: '127.0.0.1', port: target, method, path, headers, agent: false }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    passing.status = response.statusCode ?? 0;
    return { status: passing.status, headers: response.headers, body: await readAll(response) };
  }

  const proxy: FaultProxy = {
    url: `http://localhost:${address.port}`,
    fault: () => undefined,
    get passed() {
      return passed;
    },
    clear: () => {
      passed = [];
    },
    countOf: (path) => passed.filter((passing) => passing.path.split('?')[0] === path).length,
    lead: (port) => {
      target = port;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}

function refuse(outgoing: ServerResponse, { status, retryAfter }: Extract<Fault, { kind: 'refuse' }>): void {
  const headers = { 'Content-Type': 'application/json', 'Retry-After': retryAfter, Connection: 'close' };
  outgoing
    .writeHead(status, headers)
    .end('{"error":"temporarily_unavailable","error_description":"A fault of the test."}');
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
