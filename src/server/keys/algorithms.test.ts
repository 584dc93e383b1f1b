import { createPublicKey, sign, verify } from 'node:crypto';
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

describe('keys from seeds', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');
  const publicPart = (name: keyof typeof algorithms, seed: Buffer) => {
    const { x = '', y = '' } = createPublicKey(algorithms[name].derive(seed)).export({ format: 'jwk' });
    return Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString('hex');
  };
  /** The order of P-256, less `less`, as a seed. */
  const nearOrder = (less: bigint) => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    return hex((order - less).toString(16).padStart(96, '0'));
  };
  const generatorX = '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296';
  const generatorY = '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';

  it('are numbers from 1 to the order less one, for ES256', () => {
    expect(publicPart('ES256', Buffer.alloc(48))).toBe(generatorX + generatorY);
    expect(publicPart('ES256', nearOrder(1n))).toBe(generatorX + generatorY);
    // The order less one is the generator's opposite: the same x.
    const opposite = publicPart('ES256', nearOrder(2n));
    expect(opposite.slice(0, 64)).toBe(generatorX);
    expect(opposite).not.toBe(generatorX + generatorY);
    expect(publicPart('ES256', Buffer.alloc(48, 0xff))).toHaveLength(128);
  });

  it('are those of RFC 8032, for Ed25519', () => {
    const seed = hex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
    expect(publicPart('Ed25519', seed)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  });
});
