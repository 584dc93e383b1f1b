import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

const stays = 'console.error("started"); setInterval(() => {}, 1000)';
const parent = `
  const { spawnNode } = await import(${JSON.stringify(new URL('spawn-node.ts', import.meta.url).href)});
  spawnNode(['--eval', ${JSON.stringify(stays)}]);
`;

it('a process ends when the one that started it does, were it by SIGKILL', async () => {
  const starting = spawn(process.execPath, ['--input-type=module', '--eval', parent], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  // Both hold this pipe, so it ends when both have. A process id would say less: where nobody waits for orphans, it stays.
  const ended = once(starting.stderr, 'end');
  const [said] = await once(starting.stderr, 'data');
  expect(String(said)).toBe('started\n');
  starting.kill('SIGKILL');
  await ended;
});
