import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { variableNames } from '../../src/cli/config.ts';
import { errorStatus } from '../../src/protocol/errors.ts';

function firstColumns(path: string, from: string, columns: number): string[][] {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
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
});
