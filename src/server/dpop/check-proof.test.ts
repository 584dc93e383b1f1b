import { describe, expect, it } from 'vitest';
import { createProofKey } from '../../../test/dpop/proof-key.ts';
import { createRootKeys } from '../keys/root-secrets.ts';
import { checkProof, type ProofRequest } from './check-proof.ts';
import { createDpopNonces } from './dpop-nonces.ts';

const nonces = createDpopNonces(createRootKeys(['a root secret of 32 characters, at least'], 'https://auth.example'));
const now = Date.UTC(2026, 10, 23);
const url = 'https://auth.example/token';
const request: ProofRequest = { method: 'POST', url, now, requiresNonce: false };

// RFC 9449 section 5, figure 5, and section 7.1, figure 13, with their key's thumbprint from section 6.1.
const keyOfRfc =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19';
const figure5 = `${keyOfRfc}.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg`;
const figure13 = `${keyOfRfc}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA`;
const thumbprintOfRfc = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';

describe('verifying a proof', () => {
  it('takes the proofs that the RFC prints, with the thumbprint that it prints', () => {
    const atToken = { ...request, url: 'https://server.example.com/token', now: 1_562_262_616_000 };
    const atResource = {
      method: 'GET',
      url: 'https://resource.example.org/protectedresource',
      now: 1_562_262_618_000,
      accessToken: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU',
      requiresNonce: false,
    };
    for (const [proof, at] of [
      [figure5, atToken],
      [figure13, atResource],
    ] as const) {
      expect(checkProof(proof, at, nonces)).toMatchObject({ ok: true, proof: { keyThumbprint: thumbprintOfRfc } });
    }
    const [other, ...rest] = ['Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxV', undefined].map((accessToken) =>
      checkProof(figure13, { ...atResource, accessToken }, nonces),
    );
    expect([other, ...rest]).toEqual(Array(2).fill({ ok: false, reason: 'wrong_ath' }));
  });

  it.each(['ES256', 'Ed25519'] as const)('takes %s, and says whose key it is by', (algorithm) => {
    const key = createProofKey(algorithm);
    const verified = checkProof(key.prove({ url, now }), request, nonces);
    expect(verified).toMatchObject({ ok: true, proof: { keyThumbprint: key.thumbprint }, usedNonce: false });
  });

  it('remembers a use for as long as the proof would be taken, and knows two proofs apart', () => {
    const key = createProofKey();
    const useOf = (claims: Record<string, unknown>, by = key, nonce?: string) => {
      const verified = checkProof(by.prove({ url, now, nonce, claims }), request, nonces);
      return verified.ok ? verified.proof.use : undefined;
    };
    const use = useOf({ jti: 'a' });
    expect(useOf({ jti: 'a', iat: now / 1000 - 1 })?.key).toBe(use?.key);
    expect(useOf({ jti: 'b' })?.key).not.toBe(use?.key);
    expect(useOf({ jti: 'a' }, createProofKey())?.key).not.toBe(use?.key);
    expect(use?.until).toBeGreaterThan(now + 60_000);
    expect(useOf({ jti: 'a', iat: now / 1000 + 60 })?.until).toBeGreaterThan(now + 120_000);
    expect(useOf({ jti: 'a' }, key, nonces.issue(now))?.until).toBeGreaterThan(now + 120_000);
    expect(use?.key.length).toBeLessThanOrEqual(128);
  });

  it.each([
    [-61, 'wrong_iat'],
    [-60, undefined],
    [60, undefined],
    [61, 'wrong_iat'],
    [-300, 'wrong_iat'],
    [300, 'wrong_iat'],
  ])('of a clock that is %d seconds off says %s without a nonce, and takes it with one', (seconds, reason) => {
    const key = createProofKey();
    const skewed = { url, now: now + seconds * 1_000 };
    const verified = checkProof(key.prove(skewed), request, nonces);
    expect(verified.ok ? undefined : verified.reason).toBe(reason);
    const withNonce = checkProof(key.prove({ ...skewed, nonce: nonces.issue(now) }), request, nonces);
    expect(withNonce).toMatchObject({ ok: true, usedNonce: true });
  });

  it('asks for a nonce where that is required, and takes none but its own', () => {
    const key = createProofKey();
    const strict = { ...request, requiresNonce: true };
    expect(checkProof(key.prove({ url, now }), strict, nonces)).toEqual({ ok: false, reason: 'missing_nonce' });
    for (const at of [request, strict]) {
      for (const nonce of ['', 'made up', nonces.issue(now - 3_600_000)]) {
        expect(checkProof(key.prove({ url, now, nonce }), at, nonces)).toEqual({ ok: false, reason: 'wrong_nonce' });
      }
      expect(checkProof(key.prove({ url, now, nonce: nonces.issue(now) }), at, nonces)).toMatchObject({ ok: true });
    }
  });
});
