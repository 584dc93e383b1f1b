import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../src/server/index.ts';
import {
  expectError,
  expectStatus,
  issuer,
  openServer,
  type ServerOptions,
  type StoreKind,
  storeKinds,
  type TestServer,
} from './open-server.ts';

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

const broken = () => {
  throw new Error('the host is down');
};

/** A server whose host adds claims, and what says whether it gives what `give` does instead. */
async function openFailing(kind: StoreKind, give: () => unknown = broken, options: ServerOptions = {}) {
  let isFailing = false;
  const accessTokenClaims = () => (isFailing ? (give() as never) : { tenant: 'a' });
  const server = await openServer({ kind, accessTokenClaims, ...options });
  const fails = (failing: boolean) => {
    isFailing = failing;
  };
  return { server, fails };
}

/** What is there of the user, and what was told of it. */
async function standing({ auth, events }: TestServer) {
  return {
    devices: await auth.listDevices('id-of-ada'),
    told: events.filter(({ type }) => type.startsWith('session_') || type.startsWith('device_')),
  };
}

describe.each(storeKinds)('a host that adds claims, on the %s store', (kind) => {
  it.each(bad)('and %s fails: 503, a fault, and nobody is signed out', async (_what, give) => {
    const { server, fails } = await openFailing(kind, give);
    const first = await server.login();
    await server.advance(60);
    fails(true);
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
    fails(false);
    const { refresh_token, access_token } = await server.refreshed(first.refresh_token);
    expect(decodeJwt(access_token)).toMatchObject({ tenant: 'a' });
    await server.advance(60);
    await server.refreshed(refresh_token);
  });

  it.each(bad)('and %s at a sign-in has begun nothing and ended nothing', async (_what, give) => {
    const { server, fails } = await openFailing(kind, give);
    const first = await server.login();
    const before = await standing(server);
    fails(true);
    for (const more of [{ refresh_token: first.refresh_token }, { refresh_token: first.refresh_token }, {}]) {
      const json = { username: 'ada', password: 'right', ...more };
      expectError(await server.ask('POST', '/login', { json }), 503, 'temporarily_unavailable');
    }
    await expect(server.auth.createSession({ subject: 'id-of-ada' })).rejects.toThrow(HostError);
    expect(await standing(server)).toEqual(before);
    fails(false);
    const { refresh_token } = await server.refreshed(first.refresh_token);
    const again = await server.login({ refresh_token });
    expect(again.device_id).toBe(first.device_id);
    expect(await server.auth.listDevices('id-of-ada')).toHaveLength(1);
  });

  it('and fails leaves a browser that signs in anew with its cookie signed in', async () => {
    const { server, fails } = await openFailing(kind);
    const json = { username: 'ada', password: 'right', token_delivery: 'cookie' };
    const own = { Origin: issuer, 'Tallystick-Client': 'new' };
    const { body, headers } = await server.ask('POST', '/login', { json, headers: own });
    const withCookie = { ...own, Cookie: headers.getSetCookie()[0]?.split(';', 1)[0] ?? '' };
    fails(true);
    const failed = await server.ask('POST', '/login', { json, headers: withCookie });
    expect(expectError(failed, 503, 'temporarily_unavailable').headers.getSetCookie()).toEqual([]);
    fails(false);
    const named = { ...withCookie, 'Tallystick-Client': body.session_id };
    expectStatus(await server.ask('POST', '/token', { form: { grant_type: 'refresh_token' }, headers: named }), 200);
  });

  it.each(['deny', 'evict-oldest'] as const)('and fails takes no place under a device limit (%s)', async (atLimit) => {
    const { server, fails } = await openFailing(kind, undefined, { deviceLimits: [{ max: 2, atLimit }] });
    const first = await server.login();
    fails(true);
    const json = { username: 'ada', password: 'right' };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expectError(await server.ask('POST', '/login', { json }), 503, 'temporarily_unavailable');
    }
    fails(false);
    await server.login();
    expect(await server.auth.listDevices('id-of-ada')).toHaveLength(2);
    await server.refreshed(first.refresh_token);
  });

  it('and gives more than a token has room for begins nothing either', async () => {
    const { server, fails } = await openFailing(kind, () => ({ note: 'x'.repeat(3_500) }));
    const { refresh_token } = await server.login();
    const before = await standing(server);
    fails(true);
    const json = { username: 'ada', password: 'right', refresh_token };
    expectError(await server.ask('POST', '/login', { json }), 503, 'temporarily_unavailable');
    expect(await standing(server)).toEqual(before);
    fails(false);
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
