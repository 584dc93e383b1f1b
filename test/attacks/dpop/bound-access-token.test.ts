// Attack: an access token that is bound to a key is stolen, and shown to a resource server without the key: as a bearer token,
// with a proof by another key, for another request or another token, or with one that was overheard.
import { describe, expect, it } from 'vitest';
import { requireAccessToken } from '../../../src/verifier/adapters/express.ts';
import type { VerifierOptions } from '../../../src/verifier/index.ts';
import { createProofKey, type ProofOrder } from '../../dpop/proof-key.ts';
import { engines, FakeIssuer } from '../../verifier/fake-issuer.ts';

const url = 'https://api.example.com/transfers';

function setUp(useWebCrypto: boolean, options: Partial<VerifierOptions> = {}) {
  const issuer = new FakeIssuer();
  const key = createProofKey();
  const token = issuer.token({ cnf: { jkt: key.thumbprint } });
  const verifier = issuer.verifier({ useWebCrypto, ...options });
  const prove = (changes: Partial<ProofOrder> = {}, by = key) =>
    by.prove({ url, now: issuer.now, accessToken: token, ...changes });
  const requestWith = (proof: string | undefined, scheme = 'DPoP', shown = token) =>
    new Request(`${url}?amount=5`, {
      method: 'POST',
      headers: { authorization: `${scheme} ${shown}`, ...(proof === undefined ? {} : { dpop: proof }) },
    });
  const judge = async (request: Request) => {
    const result = await verifier.authenticate(request);
    return result.ok ? 'ok' : result.error.detail;
  };
  return { issuer, key, token, verifier, prove, requestWith, judge };
}

describe.each(engines)('on $engine', ({ useWebCrypto }) => {
  it('takes the token with a fresh proof by its key, each time it comes', async () => {
    const { issuer, prove, requestWith, judge } = setUp(useWebCrypto);
    for (let round = 0; round < 3; round += 1) {
      expect(await judge(requestWith(prove()))).toBe('ok');
      issuer.advance(30);
    }
    const ed = createProofKey('Ed25519');
    const bound = issuer.token({ cnf: { jkt: ed.thumbprint } });
    const proof = ed.prove({ url, now: issuer.now, accessToken: bound });
    expect(await judge(requestWith(proof, 'dpop', bound))).toBe('ok');
  });

  it('refuses it as a bearer token, with a proof or without, known already or not', async () => {
    const { token, verifier, prove, requestWith, judge } = setUp(useWebCrypto);
    for (let round = 0; round < 2; round += 1) {
      expect(await judge(requestWith(undefined, 'Bearer'))).toBe('key_bound');
      expect(await judge(requestWith(prove(), 'Bearer'))).toBe('key_bound');
      expect(await verifier.verify(token)).toMatchObject({ ok: false, error: { status: 401, detail: 'key_bound' } });
      expect(await judge(requestWith(prove()))).toBe('ok');
    }
    expect(verifier.check(token)?.ok).not.toBe(true);
  });

  it('refuses a bearer token that is presented as a bound one', async () => {
    const { issuer, prove, requestWith, judge } = setUp(useWebCrypto);
    const bearer = issuer.token();
    expect(await judge(requestWith(prove({ accessToken: bearer }), 'DPoP', bearer))).toBe('not_key_bound');
    expect(await judge(requestWith(undefined, 'Bearer', bearer))).toBe('ok');
  });

  it.each<[string, (tools: ReturnType<typeof setUp>) => string | undefined, string]>([
    ['no proof', () => undefined, 'missing_proof'],
    ['a proof by another key', ({ prove }) => prove({}, createProofKey()), 'wrong_key'],
    [
      'another key’s signature',
      ({ prove, key }) => prove({ header: { jwk: key.jwk } }, createProofKey()),
      'wrong_signature',
    ],
    ['a proof for another token', ({ prove }) => prove({ accessToken: 'another' }), 'wrong_ath'],
    ['a proof for no token', ({ prove }) => prove({ claims: { ath: undefined } }), 'wrong_ath'],
    ['a proof for another method', ({ prove }) => prove({ method: 'GET' }), 'wrong_htm'],
    ['a proof for another address', ({ prove }) => prove({ url: 'https://api.example.com/balance' }), 'wrong_htu'],
    ['a proof for another server', ({ prove }) => prove({ url: 'https://evil.example/transfers' }), 'wrong_htu'],
    ['an access token as the proof', ({ token }) => token, 'wrong_typ'],
    [
      'a proof with the private key in it',
      ({ prove, key }) => prove({ header: { jwk: key.privateJwk } }),
      'private_key',
    ],
    ['two proofs', ({ prove }) => `${prove()}, ${prove()}`, 'several_proofs'],
    ['an old proof', ({ prove, issuer }) => prove({ now: issuer.now - 61_000 }), 'wrong_iat'],
    ['a made-up nonce', ({ prove }) => prove({ nonce: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA' }), 'wrong_nonce'],
  ])('refuses it with %s', async (_name, make, reason) => {
    const tools = setUp(useWebCrypto);
    const { verifier, requestWith, prove } = tools;
    const result = await verifier.authenticate(requestWith(make(tools)));
    expect(result.ok ? 'ok' : result.error.detail).toBe(reason);
    const response = result.ok ? undefined : result.error.toResponse();
    const asksForNonce = reason === 'wrong_iat' || reason === 'wrong_nonce';
    const error = asksForNonce ? 'use_dpop_nonce' : 'invalid_dpop_proof';
    expect(response?.status).toBe(401);
    expect(response?.headers.get('www-authenticate')).toMatch(
      new RegExp(`^DPoP realm="[^"]+", error="${error}", error_description="[^"]+", algs="ES256 Ed25519"$`),
    );
    expect(response?.headers.has('dpop-nonce')).toBe(asksForNonce);
    expect(await tools.judge(requestWith(prove()))).toBe('ok');
  });

  it('refuses a proof that was overheard: it was used', async () => {
    const { issuer, prove, requestWith, judge } = setUp(useWebCrypto);
    for (const order of [{}, { now: issuer.now + 59_000 }]) {
      const proof = prove(order);
      expect(await judge(requestWith(proof))).toBe('ok');
      expect(await judge(requestWith(proof))).toBe('proof_replayed');
      issuer.advance(55);
      expect(await judge(requestWith(proof))).toBe('proof_replayed');
    }
  });

  it('lets one of many have it, where an overheard proof races its original', async () => {
    const { prove, requestWith, judge } = setUp(useWebCrypto);
    const proof = prove();
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => judge(requestWith(proof))));
    expect(verdicts.filter((verdict) => verdict === 'ok')).toHaveLength(1);
  });

  it('takes a client whose clock is off once it has the nonce, for as long as the nonce is good', async () => {
    for (const minutes of [-5, 5]) {
      const { issuer, verifier, prove, requestWith, judge } = setUp(useWebCrypto);
      const skew = minutes * 60_000;
      const result = await verifier.authenticate(requestWith(prove({ now: issuer.now + skew })));
      const nonce = result.ok ? undefined : result.error.nonce;
      const proof = prove({ now: issuer.now + skew, nonce });
      expect(await judge(requestWith(proof))).toBe('ok');
      issuer.advance(100);
      expect(await judge(requestWith(proof))).toBe('proof_replayed');
      expect(await judge(requestWith(prove({ now: issuer.now + skew, nonce })))).toBe('ok');
      issuer.advance(240);
      expect(await judge(requestWith(prove({ now: issuer.now + skew, nonce })))).toBe('wrong_nonce');
    }
  });

  it('takes nonces of another server that has the same secret, and of no other', async () => {
    const { issuer, token, prove, requestWith } = setUp(useWebCrypto);
    const nonceSecret = 'what the servers of this API share';
    const [first, second, stranger] = [{ nonceSecret }, { nonceSecret }, {}].map((proofs) =>
      issuer.verifier({ useWebCrypto, proofs: { requireNonce: true, ...proofs } }),
    );
    const asked = await first?.authenticate(requestWith(prove()));
    expect(asked).toMatchObject({ ok: false, error: { detail: 'missing_nonce' } });
    const nonce = asked?.ok === false ? asked.error.nonce : undefined;
    const request = () => requestWith(prove({ nonce }), 'DPoP', token);
    expect(await second?.authenticate(request())).toMatchObject({ ok: true });
    expect(await stranger?.authenticate(request())).toMatchObject({ ok: false, error: { detail: 'wrong_nonce' } });
  });

  it('shares its memory where it is given one, and refuses while that is silent', async () => {
    const used = new Set<string>();
    let isDown = false;
    const rememberOnce = async (uses: readonly { readonly key: string }[]) => {
      if (isDown) throw new Error('the memory is down');
      return uses.map(({ key }) => !used.has(key) && used.add(key) !== undefined);
    };
    const { issuer, prove, requestWith, judge } = setUp(useWebCrypto, { proofs: { rememberOnce } });
    const other = issuer.verifier({ useWebCrypto, proofs: { rememberOnce } });
    const proof = prove();
    expect(await judge(requestWith(proof))).toBe('ok');
    expect(await other.authenticate(requestWith(proof))).toMatchObject({ error: { detail: 'proof_replayed' } });
    isDown = true;
    const result = await other.authenticate(requestWith(prove()));
    expect(result).toMatchObject({ ok: false, error: { status: 503, detail: 'proof_memory_failed' } });
  });

  it('believes no Host header where a framework gives a path alone: it has to be told its origin', async () => {
    const { issuer, token, prove } = setUp(useWebCrypto);
    const ask = async (origin: string | undefined, proof: string) => {
      const verifier = issuer.verifier({ useWebCrypto, ...(origin ? { proofs: { origin } } : {}) });
      const middleware = requireAccessToken(verifier);
      const headers = { host: 'api.example.com', authorization: `DPoP ${token}`, dpop: proof };
      let answer = 0;
      const response = { writeHead: (status: number) => (answer = status), end: () => undefined };
      await middleware({ method: 'POST', originalUrl: '/transfers?x=1', headers }, response, () => (answer = 200));
      return answer;
    };
    expect(await ask('https://api.example.com', prove())).toBe(200);
    expect(await ask('https://other.example.com', prove())).toBe(401);
    expect(await ask(undefined, prove())).toBe(401);
  });
});
