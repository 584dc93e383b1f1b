import { describe, expect, it } from 'vitest';
import { assertUsable } from './requirements.ts';

const usable = {
  redis_version: '7.0.15',
  redis_mode: 'standalone',
  role: 'master',
  maxmemory_policy: 'noeviction',
};

function info(changes: Partial<typeof usable>): string {
  const lines = Object.entries({ ...usable, ...changes }).map(([name, value]) => `${name}:${value}\r\n`);
  return `# Server\r\n${lines.join('')}`;
}

describe('a server that describes itself', () => {
  it.each([{}, { redis_version: '7.2.4' }, { redis_version: '10.0.0' }])('is usable with %o', (changes) => {
    expect(() => assertUsable(info(changes), false)).not.toThrow();
  });

  it.each([
    [{ redis_version: '6.2.14' }, /version 6\.2\.14 is too old/],
    [{ maxmemory_policy: 'allkeys-lru' }, /maxmemory-policy is allkeys-lru/],
    [{ redis_mode: 'cluster' }, /part of a cluster/],
    [{ role: 'slave' }, /a replica/],
  ])('is not usable alone with %o', (changes, line) => {
    expect(() => assertUsable(info(changes), false)).toThrow(line);
  });

  it('may be part of a cluster that is used as one', () => {
    expect(() => assertUsable(info({ redis_mode: 'cluster' }), true)).not.toThrow();
    expect(() => assertUsable(info({ redis_mode: 'cluster', maxmemory_policy: 'volatile-ttl' }), true)).toThrow();
  });
});
