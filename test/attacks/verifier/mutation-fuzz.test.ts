// Attack: whatever chance comes up with. Tokens near a genuine one, always answered with the same 401 and never with anything
// else: no exception, no 500, no memory that grows. `npm run fuzz` shows a million and takes the seed that a failure names.
import { describe, expect, it } from 'vitest';
import { engines } from '../../verifier/fake-issuer.ts';
import { fuzzVerifier } from './fuzz-verifier.ts';

const tokens = 10_000;
const seed = Date.now() % 2 ** 31;

describe.each(engines)('tokens near a genuine one, on $engine', ({ useWebCrypto }) => {
  it(`are all refused with the same 401 (${tokens} of them, seed ${seed})`, async () => {
    const before = process.memoryUsage().heapUsed;
    const { reasons, ...result } = await fuzzVerifier({ tokens, seed, useWebCrypto });
    // They got past the outermost checks too, else it would show nothing.
    const deep = [
      'not_base64url',
      'not_compact',
      'wrong_signature',
      'duplicate_member',
      'critical_extension',
      'wrong_typ',
    ];
    expect([...reasons.keys()]).toEqual(expect.arrayContaining(deep));
    expect(result).toMatchObject({ cachedTokens: 0, acceptsGenuine: true });
    expect(result.requests).toBeLessThan(5);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
  });
});
