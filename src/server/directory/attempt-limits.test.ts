import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AttemptFrom, attemptLimits } from './attempt-limits.ts';

const secret = createSecretKey(Buffer.alloc(32, 1));
const keysOf = (from: AttemptFrom, under = secret) => attemptLimits(under, from).map(({ key }) => key);
const ada = { account: 'ada', network: '192.0.2.1' };

describe('the keys under which attempts are counted', () => {
  it('are the same for the same attempt, and of one length whatever was typed', () => {
    const long = { account: 'a'.repeat(100_000), network: 'b'.repeat(1_000) };
    expect(keysOf(ada)).toEqual(keysOf({ ...ada }));
    for (const key of [...keysOf(ada), ...keysOf(long), ...keysOf({ account: '', network: '' })]) {
      expect(key).toMatch(/^[\w-]{22}$/);
    }
  });

  it('cannot be made without the root secret', () => {
    const others = keysOf(ada, createSecretKey(Buffer.alloc(32, 2)));
    expect(keysOf(ada).filter((key) => others.includes(key))).toEqual([]);
  });

  it('are different for whatever is counted apart', () => {
    const attempts: AttemptFrom[] = [
      ada,
      { account: '192.0.2.1', network: 'ada' },
      { account: 'b,c', network: 'a' },
      { account: 'c', network: 'a,b' },
      { account: 'other', network: 'another', knownDevice: '192.0.2.1' },
      { account: 'ada', network: '', knownDevice: 'ada' },
    ];
    const keys = attempts.flatMap((from) => keysOf(from));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
