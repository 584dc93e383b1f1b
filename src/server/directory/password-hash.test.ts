import { expect, it } from 'vitest';
import { longestPassword } from '../../protocol/limits.ts';
import { createPasswordHasher } from './password-hash.ts';

it('a password that is too long is wrong, and no work is done for it', async () => {
  const hasher = createPasswordHasher({ concurrency: 1, queue: 1 });
  const known = await hasher.hash('a password of some length');
  // Whatever has to be hashed is refused here, so what is answered was not.
  const full = createPasswordHasher({ concurrency: 1, queue: 0 });
  await expect(full.verify(known, 'é'.repeat(longestPassword / 2))).rejects.toThrow('too many passwords');
  expect(await full.verify(known, `${'é'.repeat(longestPassword / 2)}x`)).toBe(false);
});
