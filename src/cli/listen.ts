/**
 * The listener: HTTP on one port, with limits on what a slow or hostile peer can hold, and an orderly end.
 */
import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { ConnectionInfo } from '../server/index.ts';
import { ConfigError } from './config.ts';

/** Answers requests, knowing where they come from. */
export type Fetch = (request: Request, info: ConnectionInfo) => Response | Promise<Response>;

export interface Listener {
  readonly port: number;
  /** Takes no new connections, lets what is under way finish, and resolves when it has. */
  close(): Promise<void>;
}

/** How long a peer may take, in milliseconds. */
export interface Timeouts {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** How often that is looked at. */
  readonly connectionsCheckingInterval: number;
}

const usualTimeouts: Timeouts = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 2_000 };
const limits = { maxHeaderSize: 16 * 1024, keepAliveTimeout: 5_000 };
/** Further ones are closed at once, so that there are descriptors left for the store. */
const mostConnections = 10_000;
/** Of requests that name none, as those of HTTP/1.0 may (RFC 9112 section 3.3). A URL needs one, and no answer depends on it. */
const defaultHost = 'localhost';
const patience = 10_000;
/** Long enough for a client that works through one connection to ask once more, and to be told to close it. */
const farewell = 200;

/** Listens on `host` and `port`; port 0 takes a free one. */
export async function listen(
  fetch: Fetch,
  host: string,
  port: number,
  timeouts: Timeouts = usualTimeouts,
): Promise<Listener> {
  const server = createAdaptorServer({
    fetch: (request, env) => {
      const incoming = env.incoming as IncomingMessage;
      return namesTwoHosts(incoming) ? refused() : fetch(request, { remoteAddress: incoming.socket.remoteAddress });
    },
    hostname: defaultHost,
    serverOptions: { ...limits, ...timeouts },
  }) as Server;
  server.maxConnections = mostConnections;
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server, connections) };
}

/** RFC 9112 section 3.2: what is before us may have gone by the other one. Node looks at the first alone. */
function namesTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((text, at) => text.length === 4 && at % 2 === 0 && text.toLowerCase() === 'host').length > 1;
}

/** As Node itself answers what is no HTTP. */
function refused(): Response {
  return new Response(null, { status: 400, headers: { Connection: 'close' } });
}

async function close(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  // A peer that never pauses would otherwise keep its connection, and with it this process, until it is cut off.
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  const cutOff = setTimeout(() => server.closeAllConnections(), patience);
  // Only the port: that of `node:http` closes idle connections at once, and with them requests that are on their way.
  const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  await Promise.race([closed, wait(farewell, undefined, { ref: false })]);
  // Where something has held the event loop, what has arrived meanwhile is still unread, and its connection looks idle.
  await turn();
  server.close();
  // Those on which nothing was ever asked do not count as idle.
  for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  await closed;
  clearTimeout(cutOff);
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  if (error.code === 'EADDRINUSE') return new ConfigError(`PORT: ${port} is in use already`);
  if (error.code === 'EACCES') return new ConfigError(`PORT: ${port} may not be opened by this user`);
  return new ConfigError(`HOST: ${host} cannot be listened on (${error.code ?? error.message})`);
}
