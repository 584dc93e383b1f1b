/**
 * The standalone server's listener on a free port, before a server in memory, and connections to it that send bytes as they
 * are. All of it is gone when the test is over.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { listen, type Timeouts } from '../../src/cli/listen.ts';
import { openServer } from '../server/open-server.ts';

export interface OpenListener {
  readonly port: number;
  /** Opens a connection. */
  connect(): Promise<Socket>;
  /** Sends `bytes` on a connection of its own, and gives everything that comes back until the server closes it. */
  send(bytes: string | Uint8Array): Promise<string>;
}

export async function openListener(timeouts?: Timeouts): Promise<OpenListener> {
  const { auth } = await openServer({ issuer: 'http://localhost:3000' });
  const listener = await listen(auth.handler, '127.0.0.1', 0, timeouts);
  onTestFinished(() => listener.close());
  const open = async () => {
    const socket = connect(listener.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  return {
    port: listener.port,
    connect: open,
    send: async (bytes) => {
      const socket = await open();
      const received = text(socket).catch(() => '');
      socket.write(bytes);
      return received;
    },
  };
}

/** The status lines in what came back: one for each request that was answered. */
export function statusesIn(received: string): readonly number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}
