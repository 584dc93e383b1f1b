import { expect, it } from 'vitest';
import { discoverMetadata } from './discover-metadata.ts';

const issuer = 'https://app.example/auth';
const atTop = 'https://app.example/.well-known/oauth-authorization-server/auth';
const below = 'https://app.example/auth/.well-known/oauth-authorization-server';
const jwksUri = 'https://app.example/auth/jwks.json';
const ours = () => Response.json({ issuer, jwks_uri: jwksUri });

async function discover(answerAtTop: () => Response, answerBelow: () => Response = ours) {
  const asked: string[] = [];
  const result = await discoverMetadata(async (url) => {
    asked.push(url);
    return url === atTop ? answerAtTop() : answerBelow();
  }, issuer);
  return { asked, result };
}

it('asks where RFC 8414 puts the document, and nowhere else where it is there', async () => {
  const { asked, result } = await discover(ours);
  expect(asked).toEqual([atTop]);
  expect(result).toMatchObject({ ok: true, metadata: { jwksUri } });
});

it.each<[string, () => Response]>([
  ['nothing', () => new Response('', { status: 404 })],
  ['a page, as applications do for every path', () => new Response('<!doctype html>')],
  ['a way to a sign-in', () => new Response('', { status: 302, headers: { Location: '/sign-in' } })],
  ['a refusal', () => new Response('', { status: 403 })],
  ['the metadata of another issuer', () => Response.json({ issuer: 'https://app.example', jwks_uri: 'x' })],
])('asks below the path of the issuer too where the top of its origin has %s', async (_what, answerAtTop) => {
  const { asked, result } = await discover(answerAtTop);
  expect(asked).toEqual([atTop, below]);
  expect(result).toMatchObject({ ok: true, metadata: { jwksUri } });
});

it('waits for a server that does not answer once', async () => {
  const { asked, result } = await discover(() => {
    throw new TypeError('fetch failed');
  });
  expect(asked).toEqual([atTop]);
  expect(result).toEqual({ ok: false, reason: 'metadata: fetch failed' });
});

it('believes nobody who says to be another issuer, wherever that is said', async () => {
  const other = () => Response.json({ issuer: 'https://app.example/other', jwks_uri: jwksUri });
  const { result } = await discover(other, other);
  expect(result).toEqual({ ok: false, reason: 'metadata: of another issuer' });
});
