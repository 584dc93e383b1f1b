// What is published is tested as published: packed, installed into an empty folder, imported by plain Node.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version, exports: entries, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const paths = Object.keys(entries).filter((path) => path !== './package.json');

const minutes = 60_000;

/** Runs a program to its end; where it fails, the error says everything that it printed. */
async function run(program: string, args: string[], options: { cwd: string }): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, options).catch((error) => {
    throw new Error(`${error.message}\n${error.stdout}`);
  });
  return stdout;
}

/** What a page links to and shows, in files beside it. */
function linksOf(markdown: string): string[] {
  const targets = [...markdown.matchAll(/\]\(([^)#\s]+)|(?:src|href)="([^"#]+)/g)].map(
    ([, link, source]) => link ?? source ?? '',
  );
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

let folder: string;
let published: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-package-'));
  await run(process.execPath, ['tools/build.mjs'], { cwd: root });
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [tarball] = JSON.parse(await run('npm', pack, { cwd: root }));
  published = tarball.files.map(({ path }: { path: string }) => path);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  // React is the user's own, as the databases' drivers are; only the bindings import theirs.
  const react = ['react', '@types/react'].map((name) => `${name}@${devDependencies[name]}`);
  await run('npm', [...install, `./${tarball.filename}`, ...react], { cwd: folder });
}, 3 * minutes);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packed tarball, installed into an empty folder', () => {
  test.each(paths)('%s can be imported', async (path) => {
    const name = path.replace('.', 'tallystick');
    const script = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(name)}))))`;
    const found: string[] = JSON.parse(
      await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder }),
    );
    console.log(`${name}: ${found.join(', ') || 'types only'}`);
    // The port is a contract: its path has types and next to nothing else.
    if (path !== './stores') expect(found).not.toEqual([]);
  });

  test.each(paths)('%s has its types and its source beside it', (path) => {
    const files = Object.values<string>(entries[path]).map((file) => file.replace('./', ''));
    expect(published).toEqual(expect.arrayContaining(files));
  });

  const ofPages = ['./client/dialog', './client/drafts', './react'];
  test.each([
    ['that knows pages', paths, 'typescript', []],
    ['that knows Node alone', paths.filter((path) => !ofPages.includes(path)), 'typescript-7', ['--lib', 'es2024']],
  ])(
    'a strict TypeScript project %s compiles against it',
    async (_what, used, version, more) => {
      const names = used.map((path) => path.replace('.', 'tallystick'));
      const imports = names.map((name, index) => `import type * as room${index} from '${name}';`);
      const uses = `export type Rooms = [${names.map((_, index) => `typeof room${index}`).join(', ')}];`;
      await writeFile(join(folder, 'use.ts'), [...imports, uses].join('\n'));
      const compiler = join(root, 'node_modules', version, 'bin/tsc');
      const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
      const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', ...types, ...more];
      await run(process.execPath, [compiler, ...options, 'use.ts'], { cwd: folder });
    },
    minutes,
  );

  test('no test is published, nor anything of the workshop', () => {
    expect(published.filter((path) => /\.test\.|^(test|tools|bench|web)\//.test(path))).toEqual([]);
  });

  test('every link of a published page leads to something published', async () => {
    const pages = published.filter((path) => path.endsWith('.md'));
    const dead: string[] = [];
    for (const page of pages) {
      for (const target of linksOf(await readFile(join(root, page), 'utf8'))) {
        const path = join(dirname(page), target);
        if (!published.some((file) => `${file}/`.startsWith(path.replace(/\/?$/, '/'))))
          dead.push(`${page}: ${target}`);
      }
    }
    expect(pages).toContain('docs/rotation.md');
    expect(dead).toEqual([]);
  });

  test('the pages are published', () => {
    expect(published).toContain('dist/web/index.html');
  });

  test('the command says its version and how to use it', async () => {
    const command = join(folder, 'node_modules/.bin/tallystick');
    expect((await run(command, ['--version'], { cwd: folder })).trim()).toBe(version);
    const help = await run(command, ['--help'], { cwd: folder });
    expect(help).toContain('Usage: tallystick');
    const [page = ''] = /\/\S+\/docs\/configuration\.md$/m.exec(help) ?? [];
    expect(await readFile(page, 'utf8')).toContain('TALLYSTICK_STORE');
  });
});
