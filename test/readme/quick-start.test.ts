import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDemoUsers } from '../../src/cli/demo/demo-users.ts';
import { type Listener, listen } from '../../src/cli/listen.ts';
import { createTallystick, type Tallystick } from '../../src/server/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function quickStart(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const after = readme.slice(readme.indexOf('<!-- quick start'));
  return after.slice(after.indexOf('```sh') + 5, after.indexOf('```\n\n'));
}

function run(script: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const shell = spawn('bash', ['-eu', '-c', script], { cwd: root });
  let output = '';
  shell.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  shell.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  shell.on('error', reject);
  shell.on('close', () => resolve(output));
  return promise;
}

describe('the quick start in the README', () => {
  let auth: Tallystick;
  let listener: Listener;

  beforeAll(async () => {
    const store = createSqliteStore({ path: join(mkdtempSync(join(tmpdir(), 'tallystick-')), 'test.db') });
    const issuer = 'http://localhost:3000';
    auth = createTallystick({ store, issuer, secrets: ['a root secret for this test only!'], explain: true });
    await prepareDemoUsers(auth.directory);
    listener = await listen((request, info) => auth.handler(request, info), '127.0.0.1', 0);
  });

  afterAll(async () => {
    await listener.close();
    await auth.close();
  });

  it('does what it says, line by line', async () => {
    const output = await run(quickStart().replace('localhost:3000', `127.0.0.1:${listener.port}`));
    expect(output).toContain('"username":"alice"');
    expect(output).toContain('"name":"Phone"');
    expect(output).toContain('HTTP/1.1 204');
    const statuses = [...output.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '200', '204', '400']);
    expect([...output.matchAll(/tallystick-refresh: (\w+)/gi)].map(([, outcome]) => outcome)).toEqual([
      'rotate',
      'retry',
    ]);
    const successors = [...output.matchAll(/"refresh_token":"([^"]+)"/g)].map(([, token]) => token);
    expect(new Set(successors).size).toBe(1);
    expect(output).toContain('invalid_grant');
  });
});

describe('the use shown in the README', () => {
  it('is the example that compiles, line by line', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const shown = readme.slice(readme.indexOf('```ts\n') + 6).split('```', 1)[0] ?? '';
    const example = readFileSync(join(root, 'examples/own-users/server.ts'), 'utf8').split('\n');
    expect(shown.split('\n').filter((line) => !example.includes(line))).toEqual([]);
    expect(shown).toContain('createTallystick({');
  });
});
