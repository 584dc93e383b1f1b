/**
 * A simple balancer: each request goes to a server chosen at random. Where nobody listens there, it goes to another; that is
 * the only case in which a balancer may repeat a request, since nothing has been sent.
 */
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Makes the balancer between servers on these ports of this machine; it does not listen yet. */
export function createBalancer(ports: readonly number[]): Server {
  return createServer((incoming, response) => {
    pass(incoming, response, ports).catch(() => response.destroy());
  });
}

async function pass(incoming: IncomingMessage, response: ServerResponse, ports: readonly number[]): Promise<void> {
  const body = await buffer(incoming);
  for (const port of ports.toSorted(() => Math.random() - 0.5)) {
    const { outgoing, answered } = ask(incoming, body, port);
    // A sender that hangs up has hung up on the server, which then decides nothing for it.
    response.once('close', () => outgoing.destroy());
    const answer = await answered;
    if (answer === 'nobody listens') continue;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    return;
  }
  response.writeHead(503, { 'Retry-After': '1' }).end();
}

function ask(
  { url, method, headers, socket }: IncomingMessage,
  body: Buffer,
  port: number,
): { readonly outgoing: ClientRequest; readonly answered: Promise<IncomingMessage | 'nobody listens'> } {
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage | 'nobody listens'>();
  const forwarded = { ...headers, 'x-forwarded-for': socket.remoteAddress ?? '' };
  const outgoing = request({ port, host: '127.0.0.1', path: url, method, headers: forwarded }, resolve);
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') resolve('nobody listens');
    else reject(error);
  });
  outgoing.end(body);
  return { outgoing, answered };
}
