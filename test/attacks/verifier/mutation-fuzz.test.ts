// Attack: whatever chance comes up with. Tokens near a genuine one, always answered with the same 401 and never with anything
// else: no exception, no 500, no memory that grows. `TALLYSTICK_FUZZ` is how many, `TALLYSTICK_FUZZ_SEED` repeats a run.
import { describe, expect, it } from 'vitest';
import type { VerifyResult } from '../../../src/verifier/index.ts';
import { base64url, createFakeKey, engines, FakeIssuer, signRaw } from '../../verifier/fake-issuer.ts';

const rounds = Number(process.env.TALLYSTICK_FUZZ ?? 20_000);
const seed = Number(process.env.TALLYSTICK_FUZZ_SEED ?? Date.now() % 2 ** 31);

/** Mulberry32: small, fast, and the same for the same seed. */
function createRandom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return Math.floor((((word ^ (word >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const values = [
  'null',
  '0',
  '-1',
  '1e999',
  'true',
  '""',
  '"none"',
  '[]',
  '{}',
  '"ES256"',
  '["x"]',
  '{"jkt":"x"}',
  '4e9',
];
const names = [
  'alg',
  'typ',
  'kid',
  'crit',
  'b64',
  'jwk',
  'jku',
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'sid',
  'jti',
  'cnf',
  '__proto__',
];
const bits = ['.', '=', '-', '_', '+', '/', ' ', '\n', '\0', 'ÿ', '😀', '\ud800', 'A', 'eyJ', '"', '{', '..'];

/** Ways to change a token, as a text or below it. */
function createMutations(issuer: FakeIssuer, random: (below: number) => number) {
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item;
  const cut = (text: string, from: number, length: number, by: string) =>
    text.slice(0, from) + by + text.slice(from + length);
  const inPart = (change: (bytes: Buffer) => Buffer) => (token: string) => {
    const parts = token.split('.');
    const place = random(parts.length);
    parts[place] = base64url(change(Buffer.from(parts[place] ?? '', 'base64url')));
    return parts.join('.');
  };
  const addMember = (text: string) => text.replace('{', `{"${pick(names)}":${pick(values)}${random(4) ? ',' : ''}`);
  const otherKey = createFakeKey('ES256', issuer.key.kid);
  return [
    (token: string) => cut(token, random(token.length), 1, pick(bits)),
    (token: string) => cut(token, random(token.length), random(20), ''),
    (token: string) => cut(token, random(token.length), 0, pick(bits).repeat(random(5) + 1)),
    (token: string) => cut(token, random(token.length), 0, token.slice(random(token.length))),
    inPart((bytes) => bytes.fill(random(256), random(bytes.length || 1)).subarray()),
    inPart((bytes) => {
      const at = random(bytes.length || 1);
      if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      return bytes;
    }),
    inPart((bytes) => Buffer.from(addMember(bytes.toString('latin1')), 'latin1')),
    (token: string) => token.split('.').toReversed().join('.'),
    // Signed by somebody else, so that everything but the signature is as it should be, or not.
    () => signRaw(otherKey, JSON.stringify(issuer.header()), addMember(JSON.stringify(issuer.claims()))),
    () => signRaw(otherKey, addMember(JSON.stringify(issuer.header())), JSON.stringify(issuer.claims())),
  ];
}

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
    const random = createRandom(seed);
    const mutations = createMutations(issuer, random);
    const genuine = issuer.token();
    const junk = await verifier.verify('x');
    const challenge = junk.ok ? undefined : junk.error.wwwAuthenticate;
    const details = new Set<string>();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < rounds; round += 1) {
      const changes = Array.from({ length: random(3) + 1 }, () => mutations[random(mutations.length)]);
      const token = changes.reduce((text, change) => change?.(text) ?? text, genuine);
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
