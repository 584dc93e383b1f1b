// Whoever sends a request and resets the connection at once has no address any more when the request is looked at. Their guesses are
// to count as those of one network, or hanging up would be a way to lock others out.
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/cli/listen.ts';
import { openServer } from '../server/open-server.ts';

const body = JSON.stringify({ username: 'ada', password: 'wrong' });
const guess = [
  'POST /login HTTP/1.1',
  'Host: localhost',
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n');

it('a guess over a connection that was reset is nobody’s but counts for a network all the same', async () => {
  const told: string[] = [];
  const { auth } = await openServer({
    issuer: 'http://localhost:3000',
    onEvent: (event) => {
      if (event.type === 'sign_in_failed') told.push(event.from.address);
      if (event.type === 'warning') told.push(event.warning);
    },
  });
  const listener = await listen(auth.handler, '127.0.0.1', 0);
  onTestFinished(() => listener.close());
  // Whether one is read whole before its connection is gone is chance; where it is not, it is no guess.
  while (told.length === 0) await guessAndHangUp(listener.port);
  expect(told[0]).toMatch(/^(unknown|127\.0\.0\.1)$/);
});

async function guessAndHangUp(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(guess, () => socket.resetAndDestroy());
  await once(socket, 'close');
}
