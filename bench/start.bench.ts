/**
 * From the start of `tallystick serve`, as it is published, on an existing database to its first answer, beside a bare
 * `node:http` server's.
 */
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/drills/server-process.ts';
import { spawnNode } from '../test/drills/spawn-node.ts';
import type { Extent, Line, LineResult } from './line.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { inTurns } from './load/in-turns.ts';
import { ratios } from './report/statistics.ts';
import { writeAnswer } from './servers/bare.ts';
import { serveSqlite } from './servers/serve-sqlite.ts';
import { configure } from './servers/tallystick.ts';

const starts = 5;
const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const line: Line = {
  name: 'start',
  title: 'tallystick serve, from its start to its first answer, on an existing database',
  measure: (extent, say) => inTemporaryFolder((folder) => measure(folder, extent, say)),
};

async function measure(folder: string, _extent: Extent, say: (what: string) => void): Promise<LineResult> {
  say('building what is published');
  await runToEnd([root('tools/build.mjs')]);
  const server = await serveSqlite(folder, 1_000);
  await server.kill('SIGTERM');
  const environment = configure(`sqlite:${folder}/tallystick.db`);
  const answer = writeAnswer({ status: 200, headers: {}, body: 'ready' }, folder);
  const seconds = await inTurns(starts, say, {
    bare: () => timeStart([root('bench/servers/bare-server.ts'), answer], {}),
    Tallystick: () => timeStart([root('dist/cli/main.js'), 'serve'], environment),
  });
  return {
    findings: [
      { what: 'Tallystick', unit: 's', runs: seconds.Tallystick, bar: { atMost: 0.5 } },
      { what: 'bare node:http', unit: 's', runs: seconds.bare },
      { what: 'Tallystick / bare node:http', unit: '×', runs: ratios(seconds.Tallystick, seconds.bare) },
    ],
    evidence: [`each started ${starts} times; the first answer is to GET /healthz`],
  };
}

/** Seconds until it answers anything. */
async function timeStart(script: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const env = { PATH: process.env.PATH, PORT: String(port), ...environment };
  const child = spawnNode(script, env);
  child.stdout.resume();
  const ended = once(child, 'exit');
  try {
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      await wait(2);
    }
    return (performance.now() - startedAt) / 1000;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
    response.resume();
    resolve(true);
  }).once('error', () => resolve(false));
  return promise;
}

async function runToEnd(script: readonly string[]): Promise<void> {
  const child = spawnNode(script);
  child.stdout.resume();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${script.join(' ')} ended with ${code}`);
}
