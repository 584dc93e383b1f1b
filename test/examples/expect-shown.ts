/**
 * Holds a page of the documentation to the examples that it shows: word for word what stands in their files, which are tested.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

export function expectShown(page: string, count: number): void {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const blocks = read(page).matchAll(/<!-- (examples\/[\w/.-]+) -->\n```ts\n(.*?)```/gs);
  const shown = [...blocks].map(([, path = '', code = '']) => ({ path, code }));
  expect(shown.map(({ path }) => path)).toHaveLength(count);
  for (const { path, code } of shown)
    expect({ path, code: read(path).endsWith(`\n${code}`) }).toEqual({ path, code: true });
}
