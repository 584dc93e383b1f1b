/**
 * Every TypeScript example of the pages for users of the library compiles, against the sources, as a user would write it.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Example {
  readonly name: string;
  readonly text: string;
}

function examplesOf(page: string): Example[] {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(/^```(tsx?)\n(.*?)^```/gms);
  return Array.from(blocks, ([, language = '', text = ''], index) => ({
    name: join(root, `example-${basename(page)}-${index}.${language}`),
    text: `${text}\nexport {};\n`,
  }));
}

function complaintsAbout(examples: readonly Example[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const unchecked = { ...options, isolatedDeclarations: false, declaration: false };
  const host = ts.createCompilerHost(unchecked);
  const texts = new Map(examples.map(({ name, text }) => [name, text]));
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = texts.get(name);
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
  };
  const program = ts.createProgram([...texts.keys()], unchecked, host);
  return examples
    .flatMap(({ name }) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name)))
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

it('every example of the pages for users of the library compiles, and one that is wrong would be found', () => {
  const pages = ['client', 'modes', 'own-sign-in', 'postgresql', 'redis'];
  const examples = pages.flatMap((page) => examplesOf(`docs/${page}.md`));
  expect(examples.length).toBeGreaterThan(9);
  const wrong = join(root, 'wrong-example.ts');
  const text = "import { createClient } from 'tallystick/client';\ncreateClient({ issuer: 1 });\nexport {};\n";
  const complaints = complaintsAbout([...examples, { name: wrong, text }]);
  expect(complaints).toEqual([`${wrong}: Type 'number' is not assignable to type 'string'.`]);
});
