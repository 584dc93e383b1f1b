/**
 * The bare server that rates are compared with: `node:http`, one process, reads a request's body and answers the bytes that
 * the file names. It checks, keeps and signs nothing.
 *
 *     node bare-server.ts ANSWER_FILE
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Answer } from './record-answer.ts';

const { status, headers, body } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Answer;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (Buffer.concat(chunks).length === 0) response.writeHead(400).end();
    else response.writeHead(status, headers).end(body);
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
