/**
 * What every attack on the verifier is measured by: both kinds of cryptography come to the same verdict, and a stranger is
 * told nothing about how far a token got.
 */
import { expect } from 'vitest';
import type { VerifierOptions } from '../../../src/verifier/index.ts';
import { type PlainOptions, recordCase } from '../../runtimes/token-case.ts';
import { engines, type FakeIssuer } from '../../verifier/fake-issuer.ts';

/** Why a token is refused, or `ok`. */
export async function judge(
  issuer: FakeIssuer,
  token: string,
  { now = () => issuer.now, ...options }: Partial<PlainOptions> & Pick<VerifierOptions, 'now'> = {},
): Promise<string> {
  const verdicts = new Set<string>();
  const { issuer: name, audience } = issuer;
  recordCase({
    kind: 'token',
    token,
    jwks: issuer.jwks(),
    now: now(),
    options: { issuer: name, audience, ...options },
  });
  for (const { useWebCrypto } of engines) {
    const result = await issuer.verifier({ useWebCrypto, now, ...options }).verify(token);
    verdicts.add(result.ok ? 'ok' : result.error.detail);
    if (!result.ok) await expectSame401(result.error.toResponse(), issuer.issuer);
  }
  expect(verdicts.size).toBe(1);
  return [...verdicts].join();
}

/** RFC 6750 section 3.1, byte for byte the same for every fault of a token. */
async function expectSame401(response: Response, realm: string): Promise<void> {
  const description = 'A valid access token is needed.';
  expect(response.status).toBe(401);
  expect(Object.fromEntries(response.headers)).toEqual({
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'www-authenticate': `Bearer realm="${realm}", error="invalid_token", error_description="${description}"`,
  });
  expect(await response.text()).toBe(JSON.stringify({ error: 'invalid_token', error_description: description }));
}
