import { describe, expect, it } from 'vitest';
import { normalizeTarget } from './normalize-target.ts';

describe('the address that a proof names', () => {
  it.each([
    ['https://api.example/a/b', 'https://api.example/a/b'],
    ['HTTPS://API.Example/a', 'https://api.example/a'],
    ['https://api.example:443/a', 'https://api.example/a'],
    ['http://api.example:80/a', 'http://api.example/a'],
    ['https://api.example:8443/a', 'https://api.example:8443/a'],
    ['https://api.example', 'https://api.example/'],
    ['https://api.example/a?x=1', 'https://api.example/a'],
    ['https://api.example/a#x', 'https://api.example/a'],
    ['https://api.example/a/./b/../c', 'https://api.example/a/c'],
    ['https://api.example/%7Eada/%2f%c3%a4', 'https://api.example/~ada/%2F%C3%A4'],
    ['https://api.example/ä', 'https://api.example/%C3%A4'],
  ])('%s is %s', (text, normal) => {
    expect(normalizeTarget(text)).toBe(normal);
  });

  it.each([
    'https://api.example/A',
    'https://api.example/a/',
    'http://api.example/a',
    'https://api.example.evil/a',
    'https://api.example:444/a',
    'https://api.example/%2561',
  ])('is not another one: %s', (text) => {
    expect(normalizeTarget(text)).not.toBe(normalizeTarget('https://api.example/a'));
  });

  it.each([
    '',
    '/a',
    'api.example/a',
    '//api.example/a',
    'https:api.example/a',
    'https:\\\\api.example\\a',
    ' https://api.example/a',
    'https://api.example/a\n',
    'https://ada@api.example/a',
    'https://ada:pw@api.example/a',
    'ftp://api.example/a',
    'data:text/plain,a',
    'https://',
    'undefined',
    'null',
  ])('is none at all: %j', (text) => {
    expect(normalizeTarget(text)).toBeUndefined();
  });
});
