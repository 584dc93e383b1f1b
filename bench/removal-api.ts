/**
 * The API of the removal measurement, in a process of its own: N verifiers, each following the feed by itself.
 * `GET /` with a token answers how many of them refuse it.
 *
 *     node removal-api.ts ISSUER FEED_SECRET VERIFIERS
 */
import { createServer } from 'node:http';
import { createVerifier } from '../src/verifier/index.ts';

const [issuer = '', secret = '', count = '1'] = process.argv.slice(2);
const verifiers = Array.from({ length: Number(count) }, () =>
  createVerifier({ issuer, audience: issuer, feed: { secret } }),
);

const server = createServer(async (request, response) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const results = await Promise.all(verifiers.map((verifier) => verifier.verify(token)));
  const refused = results.filter((result) => !result.ok && result.error.status === 401).length;
  const ready = results.filter((result) => result.ok || result.error.status === 401).length;
  response.end(JSON.stringify({ refused, ready }));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`port ${address?.port}`);
});
