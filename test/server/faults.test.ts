/**
 * What is told to the operator as a fault, which may wake somebody: never anything that a client can bring about.
 */
import { describe, expect, it } from 'vitest';
import { createRootKeys } from '../../src/server/keys/root-secrets.ts';
import { createStoredTokens } from '../../src/server/tokens/stored-tokens.ts';
import { expectError, issuer, openServer, storeKinds, type TestServer } from './open-server.ts';

const faultsOf = ({ events }: TestServer) => events.filter(({ type }) => type === 'fault');

describe.each(storeKinds)('no fault, on the %s store, is', (kind) => {
  it('a request whose sender no longer waits', async () => {
    const server = await openServer({ kind });
    const { refresh_token } = await server.login();
    const late = { headers: { 'Tallystick-Deadline': '1' } };
    expectError(await server.refresh(refresh_token, late), 503, 'temporarily_unavailable');
    const gone = { signal: AbortSignal.abort() };
    expectError(await server.refresh(refresh_token, gone), 503, 'temporarily_unavailable');
    expect(faultsOf(server)).toEqual([]);
  });

  it('a cookie whose last answer may still be on its way', async () => {
    const server = await openServer({ kind, retryWindowSeconds: 30 });
    const { session_id, refresh_token } = await server.login();
    await server.refreshed(refresh_token);
    await server.advance(45);
    const headers = {
      Origin: issuer,
      'Tallystick-Client': session_id,
      Cookie: `__Host-tallystick-${session_id.slice(-8)}=${refresh_token}`,
    };
    const answer = await server.ask('POST', '/token', { form: { grant_type: 'refresh_token' }, headers });
    expectError(answer, 503, 'temporarily_unavailable');
    expect(faultsOf(server)).toEqual([]);
  });

  it.each([
    ['of a known length', { 'Content-Length': '100' }],
    ['in chunks', { 'Transfer-Encoding': 'chunked' }],
  ])('a body %s that breaks off', async (_how, framing) => {
    const server = await openServer({ kind });
    for (const [path, type] of [
      ['/token', 'application/x-www-form-urlencoded'],
      ['/token', ''],
      ['/login', 'application/json'],
    ] as const) {
      const headers = { ...framing, ...(type === '' ? {} : { 'Content-Type': type }) };
      const answer = await server.auth.handler(new Request(issuer + path, { ...cutOff(), headers }));
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_request' }]);
    }
    expect(faultsOf(server)).toEqual([]);
  });

  it('a token under a root secret that nobody knows, which anybody can make', async () => {
    const server = await openServer({ kind });
    const { session_id } = await server.login();
    const stranger = createStoredTokens(createRootKeys(['a root secret that only a stranger has'], issuer));
    const made = stranger.issue({ sid: session_id, generation: 0, branch: 0 });
    expectError(await server.refresh(made), 503, 'temporarily_unavailable');
    for (const [path, name] of [
      ['/logout', 'refresh_token'],
      ['/revoke', 'token'],
    ] as const) {
      expectError(await server.ask('POST', path, { form: { [name]: made } }), 503, 'temporarily_unavailable');
    }
    expect(faultsOf(server)).toEqual([]);
    expect(server.events).toContainEqual(expect.objectContaining({ type: 'refresh_refused', reason: 'unknown_key' }));
  });
});

it('a body that the host has read before is told as a fault, for it is one of the host', async () => {
  const server = await openServer();
  const request = new Request(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'x' }) });
  await request.text();
  expect((await server.auth.handler(request)).status).toBe(500);
  expect(faultsOf(server)).toMatchObject([{ where: 'POST /token' }]);
});

it('a clock that has jumped back is told as a fault', async () => {
  const server = await openServer();
  const first = await server.login();
  await server.advance(3_600);
  const second = await server.refreshed(first.refresh_token);
  await server.advance(60);
  const third = await server.refreshed(second.refresh_token);
  await server.advance(60);
  await server.refreshed(third.refresh_token);
  await server.advance(-600);
  expectError(await server.refresh(first.refresh_token), 503, 'temporarily_unavailable');
  expect(faultsOf(server)).toMatchObject([{ where: 'clock' }]);
});

/** A request whose sender hangs up after the first bytes. */
function cutOff(): RequestInit & { readonly duplex: 'half' } {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('grant_')),
    pull: (controller) => controller.error(new Error('aborted')),
  });
  return { method: 'POST', body, duplex: 'half' };
}
