/**
 * Peers that send slowly, or nothing, to hold a connection for as long as they can.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPlace } from '../cli/tallystick.ts';
import { openListener, statusesIn } from './open-listener.ts';

const quick = { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 };

const slow: readonly (readonly [name: string, first: string, drop: string])[] = [
  ['whose headers come a byte at a time', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'x'],
  [
    'whose body comes a byte at a time',
    'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n',
    'x',
  ],
  ['whose first line comes a byte at a time', 'GET /', 'x'],
];

describe('the listener', () => {
  it.each(slow)('cuts off a peer %s', async (_name, first, drop) => {
    const { connect: open } = await openListener(quick);
    const socket = await open();
    let received = '';
    const dripping = setInterval(() => socket.write(drop), 20);
    onTestFinished(() => clearInterval(dripping));
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
      clearInterval(dripping);
    });
    socket.write(first);
    await new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
    // What the peer has sent meanwhile may reset the connection before the answer is read.
    expect([[408], []]).toContainEqual(statusesIn(received));
  });

  it('answers as fast as ever while 2,000 peers hold a connection each', async () => {
    const server = await openPlace().serve();
    const { port } = new URL(server.url);
    const before = await bestP99(server.url);
    const peers = await Promise.all(Array.from({ length: 2_000 }, () => openSlowPeer(Number(port))));
    onTestFinished(() => {
      for (const peer of peers) peer.destroy();
    });
    const dripping = setInterval(() => {
      for (const peer of peers) if (peer.writable) peer.write('x');
    }, 1_000);
    onTestFinished(() => clearInterval(dripping));
    const during = await bestP99(server.url);
    console.log(`p99 of good requests: ${before.toFixed(1)} ms, beside 2,000 slow peers ${during.toFixed(1)} ms`);
    expect(peers.filter(({ closed }) => !closed)).toHaveLength(2_000);
    expect(during).toBeLessThan(Math.max(5 * before, 100));
  });
});

async function openSlowPeer(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  return socket;
}

/** The best of three rounds, which a machine that stalls for a moment leaves as it is. */
async function bestP99(url: string): Promise<number> {
  return Math.min(await p99(url), await p99(url), await p99(url));
}

/** Of 120 requests, a few at a time, in milliseconds. */
async function p99(url: string): Promise<number> {
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (let count = 0; count < 40; count += 1) {
        const startedAt = performance.now();
        expect((await fetch(`${url}/readyz`)).status).toBe(200);
        times.push(performance.now() - startedAt);
        await wait(2);
      }
    }),
  );
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
}
