// Attack: be taken for a token that was verified before (CVE-2026-35039), or stay good because one was.
import { describe, expect, it } from 'vitest';
import { createFakeKey, engines, FakeIssuer, verdict } from '../../verifier/fake-issuer.ts';

describe.each(engines)('a token that was verified before, on $engine', ({ useWebCrypto }) => {
  it('lends nothing to one that differs in any one character', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ useWebCrypto });
    const token = issuer.token();
    expect(await verdict(verifier, token)).toBe('ok');
    for (let place = 0; place < token.length; place += 1) {
      const changed = token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1);
      expect(await verdict(verifier, changed)).not.toBe('ok');
    }
    for (const changed of [
      `${token}A`,
      `A${token}`,
      token.slice(0, -1),
      token.slice(1),
      `${token} `,
      token.toLowerCase(),
    ]) {
      expect(await verdict(verifier, changed)).not.toBe('ok');
    }
    expect(await verdict(verifier, token)).toBe('ok');
  });

  it('lends nothing to a verifier for another audience, or of another issuer', async () => {
    const issuer = new FakeIssuer();
    const token = issuer.token();
    expect(await verdict(issuer.verifier({ useWebCrypto }), token)).toBe('ok');
    expect(await verdict(issuer.verifier({ useWebCrypto, audience: 'https://other.example.com' }), token)).toBe(
      'wrong_aud',
    );
    const other = issuer.verifier({ useWebCrypto, issuer: 'https://other.example.com', jwks: issuer.jwks() });
    expect(await verdict(other, token)).toBe('wrong_iss');
  });

  it('dies at its end', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ useWebCrypto, clockToleranceSeconds: 0, jwks: issuer.jwks() });
    const token = issuer.token();
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.advance(899.999);
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.advance(0.001);
    expect(await verdict(verifier, token)).toBe('expired');
    expect(verifier.status().cachedTokens).toBe(0);
  });

  it('dies with its key', async () => {
    const issuer = new FakeIssuer(createFakeKey(), createFakeKey());
    const verifier = issuer.verifier({ useWebCrypto });
    const token = issuer.token();
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.keys = issuer.keys.slice(1);
    issuer.advance(301);
    expect(await verdict(verifier, token)).toBe('unknown_key');
    expect(verifier.check(token)).toMatchObject({ error: { detail: 'unknown_key' } });
  });

  it('dies with its key too where that was found out in the background', async () => {
    const issuer = new FakeIssuer(createFakeKey(), createFakeKey());
    const verifier = issuer.verifier({ useWebCrypto });
    const token = issuer.token();
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.keys = issuer.keys.slice(1);
    issuer.advance(230);
    expect(await verdict(verifier, token)).toBe('ok');
    await verifier.ready();
    expect(verifier.check(token)).toMatchObject({ error: { detail: 'unknown_key' } });
  });

  it('dies where another key takes the name of its key', async () => {
    const issuer = new FakeIssuer(createFakeKey('ES256', 'one'));
    const verifier = issuer.verifier({ useWebCrypto });
    const token = issuer.token();
    expect(await verdict(verifier, token)).toBe('ok');
    issuer.keys = [createFakeKey('ES256', 'one')];
    issuer.advance(301);
    expect(await verdict(verifier, token)).toBe('wrong_signature');
  });

  it('stays good while its key is fetched again', async () => {
    const issuer = new FakeIssuer();
    const verifier = issuer.verifier({ useWebCrypto });
    const token = issuer.token();
    const first = await verifier.verify(token);
    issuer.advance(301);
    await verifier.ready();
    expect(verifier.check(token)).toBe(first);
  });
});

it('refused tokens are not remembered, so strangers cannot fill the memory', async () => {
  const issuer = new FakeIssuer();
  const mallory = createFakeKey('ES256', issuer.key.kid);
  const verifier = issuer.verifier();
  for (let round = 0; round < 100; round += 1) await verifier.verify(issuer.token({}, {}, mallory));
  expect(verifier.status().cachedTokens).toBe(0);
});

it('as many tokens are remembered as configured, and no more', async () => {
  const issuer = new FakeIssuer();
  const verifier = issuer.verifier({ cache: { maxTokens: 10 } });
  for (let round = 0; round < 100; round += 1) await verifier.verify(issuer.token());
  expect(verifier.status().cachedTokens).toBeLessThanOrEqual(10);
  const forgetful = issuer.verifier({ cache: { maxTokens: 0 } });
  await forgetful.verify(issuer.token());
  expect(forgetful.status().cachedTokens).toBe(0);
});
