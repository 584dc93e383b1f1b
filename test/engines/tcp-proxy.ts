/**
 * A line between two programs of a test that can be cut, mended and laid to somewhere else.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Nothing comes through in either direction any more, and nobody is told. New connections are taken and get no answer. */
  cut(): void;
  /** Everything that was held up comes through now. */
  mend(): void;
  /** New connections lead to another port of this machine; those that there are break. */
  redirect(port: number): void;
  close(): Promise<void>;
}

/** Lays a line to a port of this machine. */
export async function createTcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCut = false;
  const server = createServer({ pauseOnConnect: true }, (near) => {
    const far = connect(target, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed() as [Socket, Socket]]) {
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
      if (isCut) from.pause();
    }
    if (!isCut) near.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server on a port has an address with a port');
  const breakAll = () => {
    for (const socket of [...pairs].flat()) socket.destroy();
  };
  return {
    port: address.port,
    cut: () => {
      isCut = true;
      for (const socket of [...pairs].flat()) socket.pause();
    },
    mend: () => {
      isCut = false;
      for (const socket of [...pairs].flat()) socket.resume();
    },
    redirect: (port) => {
      target = port;
      breakAll();
    },
    close: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
