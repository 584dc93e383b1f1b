/**
 * Requests whose end two readers could see in different places (request smuggling; RFC 9112 sections 2.2, 5 and 6). Behind
 * each is a second request, which must never be answered.
 */
import { describe, expect, it } from 'vitest';
import { openListener, statusesIn } from './open-listener.ts';

const smuggled = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

function post(headers: readonly string[], body: string, end = '\r\n'): string {
  return ['POST /token HTTP/1.1', 'Host: x', ...headers, '', body].join(end);
}

const form = 'Content-Type: application/x-www-form-urlencoded';

const refused: readonly (readonly [name: string, bytes: string])[] = [
  ['a length and chunks', post([form, 'Content-Length: 6', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`)],
  ['chunks and a length', post([form, 'Transfer-Encoding: chunked', 'Content-Length: 6'], `0\r\n\r\n${smuggled}`)],
  ['two lengths that differ', post([form, 'Content-Length: 0', 'Content-Length: 59'], smuggled)],
  ['two lengths that are the same', post([form, 'Content-Length: 3', 'Content-Length: 3'], `a=b${smuggled}`)],
  ['a list of lengths', post([form, 'Content-Length: 3, 3'], `a=b${smuggled}`)],
  ['a negative length', post([form, 'Content-Length: -1'], smuggled)],
  ['a length with a sign', post([form, 'Content-Length: +3'], `a=b${smuggled}`)],
  ['a length in hexadecimal', post([form, 'Content-Length: 0x3'], `a=b${smuggled}`)],
  ['a space before the colon', post([form, 'Content-Length : 3'], `a=b${smuggled}`)],
  ['an unknown coding', post([form, 'Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`)],
  ['chunks that are not the last coding', post([form, 'Transfer-Encoding: chunked, identity'], `0\r\n\r\n${smuggled}`)],
  ['a chunk whose size is no number', post([form, 'Transfer-Encoding: chunked'], `zz\r\na=b\r\n0\r\n\r\n${smuggled}`)],
  ['a chunk longer than its size', post([form, 'Transfer-Encoding: chunked'], `1\r\na=b\r\n0\r\n\r\n${smuggled}`)],
  ['a line that goes on in the next', post([form, 'X-Folded: a', ' b', 'Content-Length: 3'], `a=b${smuggled}`)],
  ['lines that end in a bare LF', post([form, 'Content-Length: 3'], `a=b${smuggled}`, '\n')],
  ['a bare LF after one header', post([`${form}\nContent-Length: 3`], `a=b${smuggled}`)],
  ['a bare CR in a header', post([form, 'X-Return: a\rContent-Length: 59'], smuggled)],
  ['a NUL in a header', post([form, 'X-Nul: a\0b', 'Content-Length: 3'], `a=b${smuggled}`)],
  ['a header without a name', post([form, ': a', 'Content-Length: 3'], `a=b${smuggled}`)],
  ['no host', `GET /healthz HTTP/1.1\r\n\r\n${smuggled}`],
  ['two hosts', `GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n${smuggled}`],
  ['the same host twice', `GET /healthz HTTP/1.1\r\nHost: x\r\nhOST: x\r\n\r\n${smuggled}`],
  ['two hosts and a body', post(['Host: y', form, 'Content-Length: 3'], `a=b${smuggled}`)],
  ['no version', `GET /healthz\r\n\r\n${smuggled}`],
];

describe('the listener', () => {
  it.each(refused)('refuses a request with %s, and whatever comes after it', async (_name, bytes) => {
    const { send } = await openListener();
    const received = await send(bytes);
    expect(statusesIn(received)).toEqual([400]);
    expect(received).not.toContain('"status":"ok"');
  });

  it('answers two requests that are well framed, one after the other', async () => {
    const { send } = await openListener();
    const chunked = post([form, 'Transfer-Encoding: chunked'], `3\r\na=b\r\n0\r\n\r\n${smuggled}`);
    for (const bytes of [chunked, post([form, 'Content-Length: 3'], `a=b${smuggled}`)]) {
      const received = await send(bytes);
      expect(statusesIn(received)).toEqual([400, 200]);
      expect(received).toContain('invalid_request');
      expect(received).toContain('"status":"ok"');
    }
  });
});
