// Attack: whatever chance comes up with. Tokens near a genuine one, always answered with the same 401 and never with anything
// else: no exception, no 500, no memory that grows. `TALLYSTICK_FUZZ` is how many, `TALLYSTICK_FUZZ_SEED` repeats a run.
import { describe, expect, it } from 'vitest';
import type { VerifyResult } from '../../../src/verifier/index.ts';
import { createFakeKey, engines, FakeIssuer } from '../../verifier/fake-issuer.ts';
import { createMutator, createRandom } from '../../verifier/mutate-token.ts';

const rounds = Number(process.env.TALLYSTICK_FUZZ ?? 20_000);
const seed = Number(process.env.TALLYSTICK_FUZZ_SEED ?? Date.now() % 2 ** 31);

/** The detail of a refusal; throws where the token was not refused as every other is. */
function detailOf(result: VerifyResult, challenge: string | undefined): string {
  if (result.ok) throw new Error('accepted');
  const { status, code, wwwAuthenticate, detail } = result.error;
  if (status !== 401 || code !== 'invalid_token' || wwwAuthenticate !== challenge)
    throw new Error(`answered with ${status}`);
  return detail;
}

describe.each(engines)('tokens near a genuine one, on $engine', ({ useWebCrypto }) => {
  it(`are all refused with the same 401 (${rounds} of them, seed ${seed})`, { timeout: 60_000 + rounds }, async () => {
    const issuer = new FakeIssuer(createFakeKey('ES256'));
    const verifier = issuer.verifier({ useWebCrypto });
    const mutate = createMutator(issuer, createRandom(seed));
    const genuine = issuer.token();
    const junk = await verifier.verify('x');
    const challenge = junk.ok ? undefined : junk.error.wwwAuthenticate;
    const details = new Set<string>();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < rounds; round += 1) {
      const token = mutate(genuine);
      if (token !== genuine) details.add(detailOf(await verifier.verify(token), challenge));
    }
    // It got past the outermost checks too, else it would show nothing.
    const deep = [
      'not_base64url',
      'not_compact',
      'wrong_signature',
      'duplicate_member',
      'critical_extension',
      'wrong_typ',
    ];
    expect([...details]).toEqual(expect.arrayContaining(deep));
    expect(verifier.status().cachedTokens).toBe(0);
    expect(issuer.requests.length).toBeLessThan(5);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
    expect(await verifier.verify(genuine)).toMatchObject({ ok: true });
  });
});
