/**
 * The runtimes that the verifier promises to be the same in. Each is started for one run, gets the same bundle of the
 * verifier's source, and has no other use of the network than to hand in cases and verdicts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { openChromium } from '../browser/open-chromium.ts';
import { judgeCases } from './judge-cases.ts';
import type { TokenCase } from './token-case.ts';

export interface Runtime {
  readonly name: string;
  judge(cases: readonly TokenCase[]): Promise<readonly string[]>;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const { devDependencies: versions } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** All of them. The first is what the others are compared with. */
export const runtimes: readonly Runtime[] = [
  { name: `Node ${process.versions.node}, node:crypto`, judge: (cases) => judgeCases(cases) },
  { name: `Node ${process.versions.node}, Web Crypto`, judge: (cases) => judgeCases(cases, true) },
  { name: `Bun ${versions.bun}`, judge: (cases) => judgeByCommand('bun', ['run'], cases) },
  { name: `Deno ${versions.deno}`, judge: (cases) => judgeByCommand('deno', ['run', '--no-config'], cases) },
  { name: `workerd ${versions.workerd}`, judge: judgeInWorker },
  { name: 'Chromium', judge: judgeInPage },
];

async function bundle(entry: string, format: 'esm' | 'iife'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    format,
    platform: 'neutral',
    external: ['node:*'],
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`nothing came of ${entry}`);
  return file.text;
}

/** Runs `use` with a folder of its own. */
async function withFolder<Value>(use: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-runtime-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function program(name: string): string {
  return join(here, 'node_modules/.bin', name);
}

function judgeByCommand(
  name: string,
  args: readonly string[],
  cases: readonly TokenCase[],
): Promise<readonly string[]> {
  return withFolder(async (folder) => {
    const script = join(folder, 'judge.mjs');
    writeFileSync(script, await bundle('entry-stdin.ts', 'esm'));
    const child = spawn(program(name), [...args, script], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify(cases));
    return (await json(child.stdout)) as readonly string[];
  });
}

const workerConfig = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "judge", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    compatibilityDate = "2026-01-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "judge")],
);
`;

function judgeInWorker(cases: readonly TokenCase[]): Promise<readonly string[]> {
  return withFolder(async (folder) => {
    writeFileSync(join(folder, 'worker.js'), await bundle('entry-worker.ts', 'esm'));
    writeFileSync(join(folder, 'config.capnp'), workerConfig);
    const args = ['serve', '--control-fd=3', join(folder, 'config.capnp')];
    const child = spawn(program('workerd'), args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    try {
      const port = await listeningPort(child.stdio[3] as Readable);
      const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(cases) });
      return (await answer.json()) as readonly string[];
    } finally {
      child.kill();
    }
  });
}

/** The port, from the one line that workerd writes to its control pipe once it listens. */
async function listeningPort(control: Readable): Promise<number> {
  const [line] = await once(control, 'data');
  return (JSON.parse(String(line)) as { readonly port: number }).port;
}

async function judgeInPage(cases: readonly TokenCase[]): Promise<readonly string[]> {
  const browser = await openChromium();
  try {
    const page = await browser.newPage();
    // Web Crypto is there on trusted origins alone; nothing listens at this one.
    await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto('http://localhost/');
    await page.addScriptTag({ content: await bundle('entry-page.ts', 'iife') });
    return await page.evaluate(
      (asked) => (globalThis as unknown as { judgeCases: typeof judgeCases }).judgeCases(asked),
      cases,
    );
  } finally {
    await browser.close();
  }
}
