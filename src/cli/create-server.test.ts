import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createProofKey } from '../../test/dpop/proof-key.ts';
import { ConfigError, readConfig } from './config.ts';
import { createServer } from './create-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallystick-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const start = (environment: Readonly<Record<string, string>>) =>
  createServer(readConfig({ TALLYSTICK_STORE: `sqlite:${join(folder, 'tallystick.db')}`, ...environment }), () => {});

describe('a server from the environment', () => {
  it('is at localhost and its port unless it has another name', async () => {
    const { auth, issuer } = await start({ PORT: '8080' });
    onTestFinished(() => auth.close());
    expect(issuer).toBe('http://localhost:8080');
  });

  it.each([
    ['TALLYSTICK_ISSUER', { TALLYSTICK_ISSUER: 'auth.example' }],
    ['TALLYSTICK_ISSUER', { TALLYSTICK_ISSUER: 'http://auth.example' }],
    ['TALLYSTICK_ISSUER', { TALLYSTICK_ISSUER: 'https://auth.example/' }],
    ['TALLYSTICK_ISSUER', { TALLYSTICK_ISSUER: ' https://auth.example' }],
    ['TALLYSTICK_AUDIENCE', { TALLYSTICK_AUDIENCE: 'https://api.example,' }],
    ['TALLYSTICK_AUDIENCE', { TALLYSTICK_AUDIENCE: ' ' }],
    ['TALLYSTICK_AUDIENCE', { TALLYSTICK_AUDIENCE: ',' }],
    ['TALLYSTICK_AUDIENCE', { TALLYSTICK_AUDIENCE: 'a,,b' }],
    ['TALLYSTICK_AUDIENCE', { TALLYSTICK_AUDIENCE: 'a'.repeat(5_000) }],
    ['TALLYSTICK_SECRET', { TALLYSTICK_SECRET: 'too short' }],
    ['TALLYSTICK_SECRET', { TALLYSTICK_SECRET: `${'x'.repeat(32)},` }],
    ['TALLYSTICK_SECRET', { TALLYSTICK_SECRET: `${'x'.repeat(32)},${'x'.repeat(32)}` }],
    ['TALLYSTICK_ACCESS_TOKEN_SECONDS', { TALLYSTICK_ACCESS_TOKEN_SECONDS: '0' }],
    ['TALLYSTICK_ACCESS_TOKEN_SECONDS', { TALLYSTICK_ACCESS_TOKEN_SECONDS: '86401' }],
    ['TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS', { TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS: '59' }],
    ['TALLYSTICK_ALLOWED_ORIGINS', { TALLYSTICK_ALLOWED_ORIGINS: 'https://a.example/path' }],
    ['TALLYSTICK_ALLOWED_ORIGINS', { TALLYSTICK_ALLOWED_ORIGINS: '*' }],
    ['TALLYSTICK_ALLOWED_ORIGINS', { TALLYSTICK_ALLOWED_ORIGINS: 'https://a.example,' }],
    ['TALLYSTICK_TRUSTED_PROXIES', { TALLYSTICK_TRUSTED_PROXIES: '10.0.0.1,' }],
    ['TALLYSTICK_TRUSTED_PROXIES', { TALLYSTICK_TRUSTED_PROXIES: 'my-proxy' }],
    ['TALLYSTICK_FEED_SECRET', { TALLYSTICK_FEED_SECRET: 'too short' }],
    ['TALLYSTICK_STORE', { TALLYSTICK_STORE: 'mysql://localhost' }],
    ['TALLYSTICK_STORE', { TALLYSTICK_STORE: 'sqlite:' }],
    ['TALLYSTICK_STORE', { TALLYSTICK_STORE: 'none', TALLYSTICK_MODE: 'stateless' }],
    ['TALLYSTICK_STORE', { TALLYSTICK_STORE: 'none' }],
  ])('is not made where %s is wrong, which one line says: %j', async (variable, environment) => {
    const starting = start(environment);
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(new RegExp(`^${variable}(\\[\\d\\])?: [^\\n]+$`));
    await expect(starting).rejects.not.toThrow(/too short|xxx/);
  });

  it.each([
    ['1', 'DPoP', 400],
    ['0', 'Bearer', 200],
  ])('binds access tokens and asks for nonces where it is told to: %s', async (flag, tokenType, withoutNonce) => {
    const { auth, issuer } = await start({
      TALLYSTICK_BIND_ACCESS_TOKENS: flag,
      TALLYSTICK_REQUIRE_DPOP_NONCE: flag,
    });
    onTestFinished(() => auth.close());
    await auth.directory.add({ username: 'ada', password: 'a password of hers' });
    const key = createProofKey();
    const signIn = (nonce?: string) => {
      const DPoP = key.prove({ url: `${issuer}/login`, now: Date.now(), nonce });
      const headers = { 'Content-Type': 'application/json', DPoP };
      const body = JSON.stringify({ username: 'ada', password: 'a password of hers' });
      return auth.handler(new Request(`${issuer}/login`, { method: 'POST', headers, body }), { remoteAddress: '::1' });
    };
    const first = await signIn();
    expect(first.status).toBe(withoutNonce);
    const answer = first.ok ? first : await signIn(first.headers.get('DPoP-Nonce') ?? '');
    expect(await answer.json()).toMatchObject({ token_type: tokenType });
  });

  it('is not made where its store cannot be opened, which one line says', async () => {
    const file = join(folder, 'letter.txt');
    writeFileSync(file, 'Dear reader, this is no database.'.repeat(100));
    for (const path of [file, join(file, 'below.db'), join(file, 'far', 'below.db'), folder, '/proc/nope/below.db']) {
      const environment = { TALLYSTICK_STORE: `sqlite:${path}`, TALLYSTICK_SECRET: 'x'.repeat(32) };
      await expect(start(environment)).rejects.toThrow(/^TALLYSTICK_STORE: [^\n]+$/);
    }
  });

  it('is not made where its secret can be neither read nor kept, which one line says', async () => {
    mkdirSync(join(folder, 'secret'));
    await expect(start({})).rejects.toThrow(/^TALLYSTICK_SECRET: [^\n]+ \(EISDIR\)$/);
  });

  it('blames the store and not the secret beside it where their folder cannot be made', async () => {
    const file = join(folder, 'letter.txt');
    writeFileSync(file, 'no folder');
    for (const path of [file, join(file, 'far'), '/proc/nope']) {
      const starting = start({ TALLYSTICK_STORE: `sqlite:${join(path, 'below.db')}` });
      await expect(starting).rejects.toThrow(/^TALLYSTICK_STORE: the folder [^\n]+ cannot be made \([A-Z]+\)$/);
    }
  });

  it('is not made where another secret sealed its keys, which one line says', async () => {
    const { auth } = await start({ TALLYSTICK_SECRET: 'x'.repeat(32) });
    await auth.close();
    await expect(start({ TALLYSTICK_SECRET: 'y'.repeat(32) })).rejects.toThrow(/^TALLYSTICK_SECRET: [^\n]+$/);
  });
});
