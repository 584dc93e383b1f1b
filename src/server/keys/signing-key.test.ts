import { describe, expect, it } from 'vitest';
import { algorithms } from './algorithms.ts';
import { createRootKeys } from './root-secrets.ts';
import { deriveSigningKey, generateSigningKey, openSigningKey, resealSigningKey } from './signing-key.ts';

const issuer = 'https://auth.example';
const [older, newer] = ['the older root secret, 32 letters', 'the newer root secret, 32 letters'];
const rootKeys = createRootKeys([older], issuer);
const times = { createdAt: 1, signsFrom: 2 };
const input = Buffer.from('what is signed');

describe.each(['ES256', 'Ed25519'] as const)('an %s signing key', (algorithm) => {
  const record = generateSigningKey(algorithm, rootKeys, times);

  it('shows its public part alone, with what it is for', () => {
    expect(record.publicJwk).toMatchObject({ alg: algorithm, use: 'sig', kid: record.kid });
    expect(Object.keys(record.publicJwk).toSorted()).toEqual(
      (algorithm === 'ES256'
        ? ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']
        : ['alg', 'crv', 'kid', 'kty', 'use', 'x']
      ).toSorted(),
    );
    expect(record).toMatchObject({ ...times, publishedUntil: null });
  });

  it('signs after it was opened, and its signature is of 64 bytes', async () => {
    const key = await openSigningKey(record, rootKeys);
    expect(await algorithms[key.algorithm].sign(input, key.privateKey)).toHaveLength(64);
    expect(key.algorithm).toBe(algorithm);
  });

  it('is sealed differently each time, and holds no readable key', async () => {
    const again = resealSigningKey(record, rootKeys);
    expect(again.sealedPrivateKey).not.toEqual(record.sealedPrivateKey);
    expect(Buffer.from(record.sealedPrivateKey).includes(Buffer.from('302e0201', 'hex'))).toBe(false);
    expect(Buffer.from(record.sealedPrivateKey).includes(Buffer.from('30818702', 'hex'))).toBe(false);
    expect((await openSigningKey(again, rootKeys)).kid).toBe(record.kid);
  });

  it('moves under a newer root secret', async () => {
    const both = createRootKeys([newer, older], issuer);
    const moved = resealSigningKey(record, both);
    const onlyNewer = createRootKeys([newer], issuer);
    expect((await openSigningKey(moved, onlyNewer)).kid).toBe(record.kid);
    await expect(openSigningKey(moved, rootKeys)).rejects.toThrow(/^secrets: /);
  });

  it('is not opened by another root secret, and the message says whose mistake that is and which key it is', async () => {
    const others = createRootKeys([newer], issuer);
    const message = `secrets: none of the root secrets opens the signing key ${record.kid}`;
    await expect(openSigningKey(record, others)).rejects.toThrow(new TypeError(message));
    expect(() => resealSigningKey(record, others)).toThrow(new TypeError(message));
  });

  it('is not opened once a single bit of it has changed, or it was cut, or moved to another key', async () => {
    const { sealedPrivateKey } = record;
    for (const at of [0, 1, 12, 13, 28, 29, sealedPrivateKey.length - 1]) {
      const changed = Uint8Array.from(sealedPrivateKey);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(openSigningKey({ ...record, sealedPrivateKey: changed }, rootKeys)).rejects.toThrow();
    }
    for (const length of [0, 1, 13, 29, sealedPrivateKey.length - 1]) {
      const cut = sealedPrivateKey.slice(0, length);
      await expect(openSigningKey({ ...record, sealedPrivateKey: cut }, rootKeys)).rejects.toThrow();
    }
    await expect(openSigningKey({ ...record, kid: 'another' }, rootKeys)).rejects.toThrow();
  });

  it('is not opened where its two parts do not match', async () => {
    const other = generateSigningKey(algorithm, rootKeys, times);
    const mixed = { ...record, publicJwk: { ...other.publicJwk, kid: record.kid } };
    await expect(openSigningKey(mixed, rootKeys)).rejects.toThrow(
      `signing key ${record.kid}: its two parts do not match`,
    );
  });

  it('is not opened for another algorithm', async () => {
    for (const alg of ['none', 'HS256', 'RS256', 'constructor', '']) {
      const mixed = { ...record, publicJwk: { ...record.publicJwk, alg } };
      await expect(openSigningKey(mixed, rootKeys)).rejects.toThrow(
        `signing key ${record.kid}: its algorithm is not known`,
      );
    }
  });
});

describe('a signing key that is derived', () => {
  const kidsOf = (secret: string, of = issuer) =>
    (['ES256', 'Ed25519'] as const).map((name) => deriveSigningKey(createRootKeys([secret], of).newest, name).kid);

  it('signs what its public part verifies, and shows nothing else', async () => {
    for (const name of ['ES256', 'Ed25519'] as const) {
      const key = deriveSigningKey(rootKeys.newest, name);
      expect(algorithms[name].verify(input, key.publicKey, algorithms[name].signNow(input, key.privateKey))).toBe(true);
      expect(key.publicJwk).toMatchObject({ alg: name, use: 'sig', kid: key.kid });
      expect(key.publicJwk).not.toHaveProperty('d');
    }
  });

  it('is another for each secret, issuer and algorithm', () => {
    const kids = [...kidsOf(older), ...kidsOf(newer), ...kidsOf(older, 'https://other.example')];
    expect(new Set(kids).size).toBe(6);
  });

  it('stays what it is from version to version, since servers of two versions run side by side', () => {
    expect(kidsOf(older)).toEqual([
      '3E5032WorHKnYQYl8Ckr5ZusJgu2t6GBx-em16ItKSI',
      'QXVA8wh0-a7nD3YA80p_ypnsZGspoeCf12wIRT1K-7A',
    ]);
  });
});
