import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { expectError, expectStatus, openServer, storeKinds } from './open-server.ts';

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const cyclic: Record<string, unknown> = {};
cyclic.own = cyclic;

const bad: readonly (readonly [string, () => unknown])[] = [
  [
    'throws',
    () => {
      throw new Error('the host is down');
    },
  ],
  [
    'throws what is no error',
    () => {
      throw 'the host is down';
    },
  ],
  ['promises claims', async () => ({ tenant: 'a' })],
  ['breaks a promise', () => Promise.reject(new Error('the host is down'))],
  ['gives nothing', () => undefined],
  ['gives a list', () => [1]],
  ['gives a map', () => new Map([['tenant', 'a']])],
  ['nests more deeply than a token may', () => ({ tenant: nested(32) })],
  ['gives half a character', () => ({ tenant: '\ud83d' })],
  ['names a claim by half a character', () => ({ '\udc00': 'a' })],
  ['gives what JSON has no word for', () => ({ tenant: 1n })],
  ['gives what contains itself', () => cyclic],
];

describe.each(storeKinds)('a host that adds claims, on the %s store', (kind) => {
  it.each(bad)('and %s fails: 503, a fault, and nobody is signed out', async (_what, give) => {
    let isBroken = false;
    const accessTokenClaims = () => (isBroken ? (give() as never) : { tenant: 'a' });
    const server = await openServer({ kind, accessTokenClaims });
    const first = await server.login();
    await server.advance(60);
    isBroken = true;
    const answers = [
      await server.refresh(first.refresh_token),
      await server.ask('POST', '/login', { json: { username: 'ada', password: 'right' } }),
    ];
    for (const answer of answers) {
      expect(expectError(answer, 503, 'temporarily_unavailable').headers.get('retry-after')).toBe('1');
    }
    expect(server.events.filter(({ type }) => type === 'fault')).toMatchObject([
      { where: 'POST /token', error: { message: expect.stringMatching(/^accessTokenClaims /) } },
      { where: 'POST /login', error: { message: expect.stringMatching(/^accessTokenClaims /) } },
    ]);
    isBroken = false;
    const { refresh_token, access_token } = await server.refreshed(first.refresh_token);
    expect(decodeJwt(access_token)).toMatchObject({ tenant: 'a' });
    await server.advance(60);
    await server.refreshed(refresh_token);
  });

  it('gives whatever every reader of a token takes, as deep as it may be', async () => {
    const tenant = nested(31);
    const server = await openServer({ kind, accessTokenClaims: () => ({ tenant, none: undefined, smile: '😀' }) });
    const { access_token } = await server.login();
    expectStatus(await server.me(access_token), 200);
    expect(decodeJwt(access_token)).toMatchObject({ tenant, smile: '😀' });
    expect(decodeJwt(access_token)).not.toHaveProperty('none');
  });
});
