import { describe, expect, it } from 'vitest';
import { createRootKeys } from '../keys/root-secrets.ts';
import { createDpopNonces, noncePeriod } from './dpop-nonces.ts';

const issuer = 'https://auth.example';
const [old, fresh] = ['the old root secret, of 32 characters', 'the new root secret, of 32 characters'];
const make = (secrets: readonly string[], of = issuer) => createDpopNonces(createRootKeys(secrets, of));
const now = 14_000_000 * noncePeriod + 1_000;

describe('a nonce', () => {
  it('is the same on every server for one period, and another in the next', () => {
    const nonce = make([old]).issue(now);
    expect(make([old]).issue(now + noncePeriod - 2_000)).toBe(nonce);
    expect(make([old]).issue(now + noncePeriod)).not.toBe(nonce);
    expect(nonce).toMatch(/^[\w-]{28}$/);
  });

  it('is taken by every server for the rest of its period and one more', () => {
    const nonce = make([old]).issue(now);
    const end = Math.floor(now / noncePeriod + 2) * noncePeriod;
    for (const at of [now - noncePeriod, now, now + noncePeriod, end - 1]) {
      expect(make([old]).goodUntil(nonce, at)).toBe(end);
    }
    for (const at of [end, now + 10 * noncePeriod, now - 2 * noncePeriod]) {
      expect(make([old]).goodUntil(nonce, at)).toBeUndefined();
    }
  });

  it('survives a new root secret in front of its own, and not its own going away', () => {
    const nonce = make([old]).issue(now);
    expect(make([fresh, old]).goodUntil(nonce, now)).toBeDefined();
    expect(make([old, fresh]).goodUntil(make([fresh, old]).issue(now), now)).toBeDefined();
    expect(make([fresh]).goodUntil(nonce, now)).toBeUndefined();
  });

  it('of another issuer, or made up, is none', () => {
    expect(make([old]).goodUntil(make([old], 'https://other.example').issue(now), now)).toBeUndefined();
    const nonce = make([old]).issue(now);
    const bytes = Buffer.from(nonce, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const forged = Buffer.from(bytes);
      forged[index] = (forged[index] ?? 0) ^ 1;
      expect(make([old]).goodUntil(forged.toString('base64url'), now)).toBeUndefined();
    }
    for (const text of ['', 'A', nonce.slice(1), `${nonce}A`, `${nonce}=`, ` ${nonce}`, 'x'.repeat(1_000)]) {
      expect(make([old]).goodUntil(text, now)).toBeUndefined();
    }
  });
});
