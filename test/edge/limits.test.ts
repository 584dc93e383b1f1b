/**
 * How much a peer may send, to the byte, over a real connection.
 */
import { describe, expect, it } from 'vitest';
import { openListener, statusesIn } from './open-listener.ts';

const most = 16 * 1024;

/** A form of so many bytes. */
function formOf(length: number): string {
  const start = 'grant_type=refresh_token&refresh_token=';
  return start.padEnd(length, 'x');
}

function inOnePiece(body: string): string {
  return `Content-Length: ${body.length}\r\n\r\n${body}`;
}

function inChunks(body: string): string {
  const chunks = body.match(/.{1,1000}/g) ?? [];
  const framed = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
  return `Transfer-Encoding: chunked\r\n\r\n${framed}0\r\n\r\n`;
}

function post(framed: string): string {
  return `POST /token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n${framed}`;
}

/** A request with so many bytes between the request line and the body. */
function withHeadersOf(length: number): string {
  const start = 'Host: x\r\nConnection: close\r\nX-Long: ';
  return `GET /healthz HTTP/1.1\r\n${start.padEnd(length - 4, 'x')}\r\n\r\n`;
}

describe('a body', () => {
  it.each([
    ['in one piece', inOnePiece],
    ['in chunks', inChunks],
  ])('of 16 KB %s is read, and one byte more is refused', async (_name, frame) => {
    const { send } = await openListener();
    const [atLimit, over] = [await send(post(frame(formOf(most)))), await send(post(frame(formOf(most + 1))))];
    expect(statusesIn(atLimit)).toEqual([400]);
    expect(atLimit).toContain('invalid_grant');
    expect(statusesIn(over)).toEqual([413]);
    expect(over).toContain('payload_too_large');
  });

  it('is refused by its announced length, before it has come', async () => {
    const { send } = await openListener();
    expect(statusesIn(await send(post('Content-Length: 5000000\r\n\r\na=b')))).toEqual([413]);
  });
});

describe('headers', () => {
  it('of 16 KB together are taken, and of one byte more refused', async () => {
    const { send } = await openListener();
    const statuses = async (length: number) => statusesIn(await send(withHeadersOf(length)));
    let [taken, refused] = [1_000, 3 * most];
    expect([await statuses(taken), await statuses(refused)]).toEqual([[200], [431]]);
    while (refused - taken > 1) {
      const middle = Math.floor((taken + refused) / 2);
      const [status] = await statuses(middle);
      if (status === 200) taken = middle;
      else refused = middle;
    }
    expect(await statuses(taken)).toEqual([200]);
    expect(await statuses(taken + 1)).toEqual([431]);
    // The parser counts names and values, without what is between them.
    expect(Math.abs(taken - most)).toBeLessThan(100);
  });
});
