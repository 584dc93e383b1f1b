import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { algorithms } from './algorithms.ts';
import { createSigner, type Signer } from './create-signer.ts';
import { createRootKeys } from './root-secrets.ts';
import { deriveSigningKey } from './signing-key.ts';

const rootKeys = createRootKeys(['the root secret of this test alone'], 'https://auth.example');
const keys = (['ES256', 'Ed25519'] as const).map((name) => deriveSigningKey(rootKeys.newest, name));

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the signer', () => {
  let signer: Signer;
  beforeEach(() => {
    signer = createSigner();
    onTestFinished(() => signer.close());
  });

  /** So many inputs at once, in turns for each key; resolves with whether every signature is that of its input. */
  async function signAtOnce(count: number): Promise<boolean> {
    const tasks = upTo(count).map((index) => ({
      key: keys[index % keys.length] as (typeof keys)[number],
      input: `what is signed, number ${index}`,
    }));
    const signatures = await Promise.all(tasks.map(({ key, input }) => signer.sign(key, input)));
    return tasks.every(({ key, input }, index) =>
      algorithms[key.algorithm].verify(
        Buffer.from(input),
        key.publicKey,
        Buffer.from(signatures[index] ?? '', 'base64url'),
      ),
    );
  }

  it.each([1, 3, 8, 40])('gives each of %i that ask at once the signature of its own input and key', async (count) => {
    for (let round = 0; round < 20; round += 1) expect(await signAtOnce(count)).toBe(true);
  });

  it('hands those who ask at once to a thread, and goes on without it when it is gone', async () => {
    expect(signer.isOnThread()).toBe(false);
    while (!signer.isOnThread()) expect(await signAtOnce(16)).toBe(true);
    expect(await signAtOnce(16)).toBe(true);
    await signer.close();
    expect(signer.isOnThread()).toBe(false);
    expect(await signAtOnce(16)).toBe(true);
  });

  it('has those together who ask in one turn of the event loop, each by itself', async () => {
    const inOneTurn = () =>
      Promise.all(upTo(8).map(() => new Promise<boolean>((resolve) => setTimeout(() => resolve(signAtOnce(1)), 0))));
    while (!signer.isOnThread()) expect(await inOneTurn()).not.toContain(false);
  });

  it('starts no thread for one signature after another', async () => {
    for (let round = 0; round < 50; round += 1) await signAtOnce(1);
    expect(signer.isOnThread()).toBe(false);
  });
});
