/**
 * A proxy in front of a server that can come to swallow the events of a stream: what still comes through are comments, which
 * keep the connection open. Everything else passes.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MutingProxy {
  readonly port: number;
  /** Streams that there are and that come bring comments only, from now on. */
  mute(): void;
  close(): Promise<void>;
}

/** Leads to a port of this machine. */
export async function createMutingProxy(target: number): Promise<MutingProxy> {
  let isMuted = false;
  const pass = (response: ServerResponse, answer: IncomingMessage) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    const isStream = answer.headers['content-type']?.startsWith('text/event-stream');
    answer.on('data', (bytes) => response.write(isStream && isMuted ? ': still here\n\n' : bytes));
    answer.on('end', () => response.end());
  };
  const server = createServer(({ url = '/', method, headers }, response) => {
    const asked = request({ port: target, host: '127.0.0.1', path: url, method, headers }, (answer) =>
      pass(response, answer),
    );
    asked.on('error', () => response.destroy());
    response.on('close', () => asked.destroy());
    asked.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    mute: () => {
      isMuted = true;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
