import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type Listener, listen } from './listen.ts';

const question = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** A listener, and a connection to it on which one request was answered and which is kept. */
async function setUp(): Promise<{ readonly listener: Listener; readonly socket: Socket }> {
  const listener = await listen(() => new Response('answer'), '127.0.0.1', 0);
  onTestFinished(() => listener.close());
  const socket = connect(listener.port, '127.0.0.1').setEncoding('utf8');
  onTestFinished(() => void socket.destroy());
  socket.write(question);
  const [answer] = await once(socket, 'data');
  expect(answer).toMatch(/^HTTP\/1.1 200 .*keep-alive/s);
  return { listener, socket };
}

/** All that comes until the connection is closed. */
async function restOf(socket: Socket): Promise<string> {
  let rest = '';
  for await (const text of socket) rest += text;
  return rest;
}

/** Keeps this thread, and so the listener's event loop, from doing anything. */
function hold(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

it('answers what comes on an open connection shortly after it was told to close, and closes the connection', async () => {
  const { listener, socket } = await setUp();
  const closed = listener.close();
  await wait(20);
  socket.write(question);
  expect(await restOf(socket)).toMatch(/^HTTP\/1.1 200 .*connection: close.*answer/is);
  await closed;
});

it('answers what had arrived, however long the event loop was held meanwhile', async () => {
  const { listener, socket } = await setUp();
  const closed = listener.close();
  await wait(20);
  // From here on timers are next, and reading comes after them.
  await turn();
  socket.write(question);
  hold(400);
  expect(await restOf(socket)).toMatch(/^HTTP\/1.1 200 .*answer/s);
  await closed;
});

it('does not wait for connections on which nothing is asked any more', async () => {
  const { listener, socket } = await setUp();
  const rest = restOf(socket);
  await listener.close();
  expect(await rest).toBe('');
});
