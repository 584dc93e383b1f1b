// Attack: copy a refresh token from its owner and use it beside them, before them, after them, or after a restart.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqliteStore } from '../../../src/stores/sqlite/index.ts';
import {
  type Answer,
  expectError,
  openServer,
  storeKinds,
  type TestServer,
  type Tokens,
} from '../../server/open-server.ts';

/** Somebody who holds a copy of a session's refresh token and keeps what they get for it. */
class Holder {
  readonly server: TestServer;
  token: string;
  answer: Answer | undefined;

  constructor(server: TestServer, { refresh_token }: Tokens) {
    this.server = server;
    this.token = refresh_token;
  }

  async refresh(): Promise<number> {
    await this.server.advance(3_600);
    this.answer = await this.server.refresh(this.token);
    if (this.answer.status === 200) this.token = this.answer.body.refresh_token;
    return this.answer.status;
  }
}

describe.each(storeKinds)('a stolen refresh token, on the %s store', (kind) => {
  it.each([
    ['the thief first', ['thief', 'owner', 'thief', 'owner']],
    ['the owner first', ['owner', 'thief', 'owner', 'thief']],
    ['the thief many times', ['thief', 'thief', 'thief', 'owner', 'thief']],
    ['the owner many times', ['owner', 'owner', 'owner', 'thief', 'owner']],
  ] as const)('ends its session once both have moved on, %s', async (_order, order) => {
    const server = await openServer({ kind });
    const other = await server.login();
    const tokens = await server.login();
    const holders = { owner: new Holder(server, tokens), thief: new Holder(server, tokens) };
    const statuses: number[] = [];
    for (const who of order) statuses.push(await holders[who].refresh());
    expect(statuses).toContain(400);
    for (const holder of Object.values(holders)) expect(await holder.refresh()).toBe(400);
    expect(server.events.filter(({ type }) => type === 'refresh_replayed')).toHaveLength(1);
    await server.refreshed(other.refresh_token);
  });

  it('ends the thief’s access with the owner’s', async () => {
    const server = await openServer({ kind });
    const tokens = await server.login();
    const [owner, thief] = [new Holder(server, tokens), new Holder(server, tokens)];
    await owner.refresh();
    await owner.refresh();
    const { access_token } = owner.answer?.body ?? {};
    await thief.refresh();
    expectError(await server.me(access_token), 401, 'invalid_token');
    const { entries } = await server.store.readRevocations(undefined);
    expect(entries).toMatchObject([{ sid: tokens.session_id }]);
  });

  it('is good for its own user, device and session alone', async () => {
    const server = await openServer({ kind });
    const [tokens] = [await server.login(), await server.login(), await server.login({ username: 'bob' })];
    const stolen = await server.refreshed(tokens.refresh_token);
    expect(stolen).toMatchObject({ device_id: tokens.device_id, session_id: tokens.session_id });
    expect((await server.me(stolen.access_token)).body.sub).toBe('id-of-ada');
  });
});

it('is remembered as replayed by a server that has started since', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-restart-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const open = (retryWindowSeconds: number) =>
    openServer({ store: createSqliteStore({ path: join(folder, 'a.db') }), retryWindowSeconds });
  const before = await open(0);
  const first = await before.login();
  const second = await before.refreshed(first.refresh_token);
  const third = await before.refreshed(second.refresh_token);
  await before.auth.close();
  const after = await open(0);
  expectError(await after.refresh(first.refresh_token), 400, 'invalid_grant');
  expectError(await after.refresh(third.refresh_token), 400, 'invalid_grant');
});
