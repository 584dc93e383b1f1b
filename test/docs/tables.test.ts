import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { variableNames } from '../../src/cli/config.ts';
import { errorStatus } from '../../src/protocol/errors.ts';
import { allVariants } from '../rotation/variants/all-variants.ts';
import { worlds } from '../rotation/worlds.ts';

const root = new URL('../../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

function firstColumns(path: string, from: string, columns: number): string[][] {
  const text = read(path);
  const section =
    text
      .slice(text.indexOf(from))
      .split('\n\n')
      .find((part) => part.startsWith('|')) ?? '';
  const rows = section.split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, columns + 1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

describe('the documentation', () => {
  it('lists every error code with its status, and no other', () => {
    const documented = firstColumns('docs/wire.md', '| `error` | status |', 2);
    expect(Object.fromEntries(documented)).toEqual(
      Object.fromEntries(Object.entries(errorStatus).map(([code, status]) => [code, String(status)])),
    );
  });

  it('lists every variable, and no other', () => {
    const documented = firstColumns('docs/configuration.md', '| variable | default |', 1).flat();
    expect(documented.toSorted()).toEqual(variableNames.toSorted());
  });

  it('lists every broken variant of the rotation rule with the property that catches it, and no other', () => {
    const rotation = read('docs/rotation.md');
    const documented = [...rotation.matchAll(/^\*\*([a-z-]+)\*\* \(\*([a-z -]+)\*\)/gm)].map(([, ...found]) => found);
    expect(documented).toEqual(allVariants.map(({ name, breaks }) => [name, breaks]));
    expect(rotation).toContain(`\n${allVariants.length} broken variants are kept `);
  });

  it('counts the worlds that are explored, and the scenarios', () => {
    const rotation = read('docs/rotation.md');
    const scenarios = readdirSync(new URL('test/rotation/scenarios', root)).filter((name) => name.endsWith('.json'));
    expect(rotation).toContain(`walks ${worlds.length} small worlds`);
    expect(rotation).toContain(`\n${scenarios.length} histories as JSON `);
  });

  it('has a line for every decision, and none for another', () => {
    const pages = readdirSync(new URL('docs/decisions', root)).filter((name) => name !== 'README.md');
    const listed = [...read('docs/decisions/README.md').matchAll(/^- \[[^\]]+\]\(([^)]+)\): /gm)].map(
      ([, page]) => page,
    );
    expect(listed.toSorted()).toEqual(pages.toSorted());
  });
});
