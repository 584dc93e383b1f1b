import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';

const stays = 'console.log(process.pid); setInterval(() => {}, 1000)';
const parent = `
  const { spawnNode } = await import(${JSON.stringify(new URL('spawn-node.ts', import.meta.url).href)});
  spawnNode(['--eval', ${JSON.stringify(stays)}]).stdout.pipe(process.stdout);
`;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('a process ends when the one that started it does, were it by SIGKILL', async () => {
  const starting = spawn(process.execPath, ['--input-type=module', '--eval', parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(starting.stdout, 'data');
  const pid = Number(said);
  expect(isRunning(pid)).toBe(true);
  starting.kill('SIGKILL');
  while (isRunning(pid)) await pause(10);
});
