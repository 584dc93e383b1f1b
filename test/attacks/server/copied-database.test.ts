// Attack: copy the database, and sign in with what is in it.
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { parseRefreshToken } from '../../../src/protocol/refresh-token.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/index.ts';
import { openServer, secret } from '../../server/open-server.ts';

it('finds no token, no password, no key and no secret in the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-copied-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'tallystick.db');
  const password = 'a password nobody else would have';
  const server = await openServer({ store: createSqliteStore({ path }), users: { ada: password } });
  const first = await server.login({ password, scope: 'findable-scope' });
  const second = await server.refreshed(first.refresh_token);
  await server.ask('POST', '/login', { json: { username: 'ada', password: 'a wrong guess of a password' } });

  const copy = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  expect(copy.includes('findable-scope')).toBe(true);
  const secrets: (string | Buffer)[] = [secret, password, 'a wrong guess of a password', 'tsr_'];
  for (const { access_token, refresh_token } of [first, second]) {
    const { mac, authenticated } = parseRefreshToken(refresh_token) ?? {};
    secrets.push(access_token, refresh_token, refresh_token.slice(4));
    secrets.push(Buffer.from(mac ?? []), Buffer.from(authenticated ?? []));
    secrets.push(access_token.split('.')[2] ?? '');
  }
  for (const found of secrets) {
    expect(found.length).toBeGreaterThan(3);
    expect(copy.includes(found)).toBe(false);
  }
});

it('finds the signing key only sealed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-copied-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'tallystick.db');
  const server = await openServer({ store: createSqliteStore({ path }) });
  await server.login();
  const db = new DatabaseSync(path);
  const { sealed_private_key: sealed } = db.prepare('SELECT sealed_private_key FROM signing_keys').get() ?? {};
  db.close();
  if (!(sealed instanceof Uint8Array)) throw new Error('a signing key is in the file');
  for (let from = 0; from < 40; from += 1) {
    const key = Buffer.from(sealed.subarray(from));
    expect(() => createPrivateKey({ key, format: 'der', type: 'pkcs8' })).toThrow();
    expect(() => createPrivateKey({ key, format: 'der', type: 'sec1' })).toThrow();
  }
});
