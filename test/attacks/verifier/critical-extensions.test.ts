// Attack: a header that tells other readers to check something else, or something more, than we do (RFC 7515 section
// 4.1.11, RFC 7797). No extension is understood, so each `crit` is refused, and `b64` even without it.
import { expect, it } from 'vitest';
import { FakeIssuer } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer();

it.each<Record<string, unknown>>([
  { crit: ['exp'], exp: 4_000_000_000 },
  { crit: ['http://example.com/unknown'], 'http://example.com/unknown': true },
  { crit: [] },
  { crit: 'b64' },
  { crit: null },
  { crit: {} },
  { crit: ['alg'] },
  { crit: ['b64', 'b64'], b64: true },
  { crit: ['absent'] },
  { crit: [''] },
  { b64: false, crit: ['b64'] },
  { b64: false },
  { b64: true },
  { b64: true, crit: ['b64'] },
])('refuses %j', async (header) => {
  expect(await judge(issuer, issuer.token({}, header))).toBe('critical_extension');
});
