/**
 * Whatever chance makes of a genuine token: changed characters, bytes and members, parts signed by somebody else. The same
 * tokens for the same seed.
 */
import { base64url, createFakeKey, type FakeIssuer, signRaw } from './fake-issuer.ts';

/** Mulberry32: small, fast, and the same for the same seed. */
export function createRandom(start: number): (below: number) => number {
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

/** Gives a token near a genuine one of `issuer`, another each time: changed one to three times, as a text or below it. */
export function createMutator(issuer: FakeIssuer, random: (below: number) => number): (genuine: string) => string {
  const mutations = createMutations(issuer, random);
  return (genuine) => {
    const changes = Array.from({ length: random(3) + 1 }, () => mutations[random(mutations.length)]);
    return changes.reduce((text, change) => change?.(text) ?? text, genuine);
  };
}

function createMutations(issuer: FakeIssuer, random: (below: number) => number): ((token: string) => string)[] {
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
