import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newClient } from './commands/client.ts';
import { ConfigError, readConfig } from './config.ts';
import { createServer } from './create-server.ts';
import { readClients } from './read-clients.ts';

function file(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-clients-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'clients.json');
  writeFileSync(path, content);
  return path;
}

/** The one line that a start with this file of clients stops with. */
async function startWith(content: string): Promise<string> {
  const config = readConfig({ TALLYSTICK_STORE: 'memory:', TALLYSTICK_CLIENTS: file(content) });
  const starting = createServer(config, () => {});
  await expect(starting).rejects.toThrow(ConfigError);
  return starting.then(
    () => '',
    (error: Error) => error.message,
  );
}

describe('the file of clients', () => {
  it('is a JSON array', () => {
    expect(readClients(file('["app"]'))).toEqual(['app']);
    for (const other of ['{}', 'null', '"app"']) expect(() => readClients(file(other))).toThrow(/not a JSON array$/);
  });

  it('stops the start with one line that says what is wrong, and nothing that is in it', async () => {
    expect(() => readClients('/nowhere/clients.json')).toThrow(
      'TALLYSTICK_CLIENTS: /nowhere/clients.json cannot be read (ENOENT)',
    );
    expect(await startWith('[hunter2')).toMatch(/^TALLYSTICK_CLIENTS: \S+ is not JSON$/);
    const client = { clientId: 'api', secretSha256: 'hunter2' };
    expect(await startWith(JSON.stringify(['app', client]))).toBe(
      'TALLYSTICK_CLIENTS: [1].secretSha256: 64 lowercase hexadecimal digits',
    );
    expect(await startWith('["app", "app"]')).toBe('TALLYSTICK_CLIENTS: app is there twice');
  });

  it('takes what `tallystick client new` prints', async () => {
    const [first = '', second = ''] = newClient('api').split('\n');
    const secret = first.slice('secret, shown this once: '.length);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    const { secretSha256 } = JSON.parse(second);
    expect(secretSha256).toBe(createHash('sha256').update(secret).digest('hex'));
    const config = readConfig({ TALLYSTICK_STORE: 'memory:', TALLYSTICK_CLIENTS: file(`[${second}]`) });
    const { auth } = await createServer(config, () => {});
    onTestFinished(() => auth.close());
    expect(newClient('api')).not.toContain(secret);
    expect(() => newClient('an api')).toThrow(/not a client id/);
  });
});
