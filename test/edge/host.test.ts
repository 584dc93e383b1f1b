/**
 * Requests of HTTP/1.0, which need not name a host: load balancers ask for a server's health so. What HTTP/1.1 needs is in
 * framing.test.ts.
 */
import { expect, it } from 'vitest';
import { openListener, statusesIn } from './open-listener.ts';

const health = (version: string, ...headers: readonly string[]) =>
  [`GET /healthz HTTP/${version}`, ...headers, 'Connection: close', '', ''].join('\r\n');

const withoutDate = (answer: string) => answer.replace(/^Date: .*\r\n/m, '');

it('a request of HTTP/1.0 without a host is answered like one with a host', async () => {
  const { send } = await openListener();
  const [named, unnamed] = [await send(health('1.0', 'Host: x')), await send(health('1.0'))];
  expect(statusesIn(named)).toEqual([200]);
  expect(named).toContain('"status":"ok"');
  expect(withoutDate(unnamed)).toBe(withoutDate(named));
});
