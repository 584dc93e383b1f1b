import { describe, expect, it } from 'vitest';
import { returnPath } from './return-path.ts';

const origin = 'https://bank.example';

describe('returnPath', () => {
  it.each(['/', '/account', '/transfers/new?to=bob#amount', '/a%2F%2Fb'])('leads back to %s', (path) => {
    expect(returnPath(path, origin)).toBe(path);
  });

  it.each([
    null,
    '',
    'account',
    'https://evil.example/',
    'https:evil.example',
    'javascript:alert(1)',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/x/..//evil.example',
    '%2f%2fevil.example',
    'http://bank.example/account',
  ])('leads home from %j', (asked) => {
    expect(returnPath(asked, origin)).toBe('/');
  });

  it('gives nothing that a browser would take for another origin', () => {
    for (const asked of ['/%2f%2fevil.example', '/@evil.example', '/.evil.example', '/;//evil.example']) {
      expect(new URL(returnPath(asked, origin), origin).origin).toBe(origin);
    }
  });
});
