import { sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { algorithms } from './algorithms.ts';

describe('ES256 signatures', () => {
  const { publicKey, privateKey } = algorithms.ES256.generate();

  it('are 64 bytes that anyone’s code verifies, whatever the size of their two numbers', async () => {
    // One in 256 numbers begins with a zero byte, so that a thousand signatures meet every length that matters.
    for (let round = 0; round < 1_000; round += 1) {
      const input = Buffer.from(`input ${round}`);
      const signature = await algorithms.ES256.sign(input, privateKey);
      expect(signature).toHaveLength(64);
      expect(verify('sha256', input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    }
  });

  it('are refused in the encoding that JWS does not use', () => {
    const input = Buffer.from('input');
    expect(algorithms.ES256.verify(input, publicKey, sign('sha256', input, privateKey))).toBe(false);
  });
});
