import { describe, expect, it } from 'vitest';
import { createTokenCache } from './token-cache.ts';

/** A cache of numbers by their tokens. */
function openCache(maxTokens: number, maxCharacters: number) {
  const cache = createTokenCache<{ readonly token: string; readonly value: number }>(maxTokens, maxCharacters);
  return {
    get: (token: string) => cache.get(token)?.value,
    set: (token: string, value: number) => cache.set({ token, value }),
    delete: (token: string) => cache.delete(token),
    get size() {
      return cache.size;
    },
  };
}

describe('a token cache', () => {
  it('gives what was put in for exactly that text', () => {
    const cache = openCache(10, 1000);
    cache.set('abc', 1);
    expect([cache.get('abc'), cache.get('abcd'), cache.get('ab'), cache.get('ABC')]).toEqual([
      1,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('never takes one text for another with the same end, and the later of two is remembered', () => {
    const cache = openCache(10, 1000);
    const end = 'x'.repeat(60);
    cache.set(`a${end}`, 1);
    expect([cache.get(`b${end}`), cache.get(end), cache.get(`aa${end}`)]).toEqual([undefined, undefined, undefined]);
    cache.delete(`b${end}`);
    expect(cache.get(`a${end}`)).toBe(1);
    cache.set(`b${end}`, 2);
    expect([cache.get(`a${end}`), cache.get(`b${end}`), cache.size]).toEqual([undefined, 2, 1]);
  });

  it('tells texts with the same end apart among those that have aged, too', () => {
    const cache = openCache(4, 1000);
    const end = 'x'.repeat(60);
    for (const token of [`a${end}`, 'b', 'c']) cache.set(token, 1);
    expect(cache.get(`b${end}`)).toBeUndefined();
    cache.delete(`b${end}`);
    expect(cache.get(`a${end}`)).toBe(1);
  });

  it('holds no more tokens, and no more characters, than allowed', () => {
    const few = openCache(10, 1_000_000);
    const short = openCache(1_000_000, 1000);
    for (let index = 0; index < 1000; index += 1) {
      few.set(`token-${index}`, index);
      short.set(`token-${index}`.padStart(100), index);
      expect(few.size).toBeLessThanOrEqual(10);
      expect(short.size).toBeLessThanOrEqual(10);
    }
    expect([few.get('token-999'), few.get('token-0')]).toEqual([999, undefined]);
  });

  it('keeps what is in use while others come and go', () => {
    const cache = openCache(10, 1_000_000);
    cache.set('mine', 1);
    for (let index = 0; index < 1000; index += 1) {
      cache.set(`token-${index}`, index);
      expect(cache.get('mine')).toBe(1);
    }
  });

  it('forgets what it is told to, from either generation', () => {
    const cache = openCache(4, 1_000_000);
    for (const token of ['a', 'b', 'c']) cache.set(token, 1);
    for (const token of ['a', 'b', 'c']) cache.delete(token);
    expect(cache.size).toBe(0);
  });

  it('counts a token once that is put in twice', () => {
    const cache = openCache(100, 40);
    for (let index = 0; index < 100; index += 1) cache.set('1234567890', index);
    cache.set('abcdefghij', 1);
    expect([cache.get('1234567890'), cache.get('abcdefghij')]).toEqual([99, 1]);
  });

  it('remembers nothing where it may not', () => {
    for (const cache of [openCache(0, 1000), openCache(1000, 0), openCache(1000, 10)]) {
      cache.set('a token', 1);
      expect([cache.size, cache.get('a token')]).toEqual([0, undefined]);
    }
  });
});
