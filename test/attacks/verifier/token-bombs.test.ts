// Attack: a text that is cheap to send and dear to read.
import { expect, it } from 'vitest';
import { FakeIssuer, signRaw } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer();
const megabytes = 5 * 1024 * 1024;

it.each([
  ['letters', 'A'.repeat(megabytes)],
  ['dots', '.'.repeat(1_000_000)],
  ['parts', 'A.'.repeat(1_000_000)],
  ['a long payload', `${'A'.repeat(20)}.${'A'.repeat(megabytes)}.AAAA`],
])('is refused before it is read: %s', async (_, token) => {
  const verifier = issuer.verifier();
  const before = process.memoryUsage().heapUsed;
  const started = process.cpuUsage();
  for (let round = 0; round < 1000; round += 1) {
    expect(verifier.check(token)).toMatchObject({ error: { detail: 'too_long' } });
  }
  // A thousand of them: reading even one of these texts a thousand times would take seconds of the processor.
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(1000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
});

it('is refused where the limit is passed by one character, and only then', async () => {
  const token = issuer.token();
  expect(await judge(issuer, token, { maxTokenLength: token.length })).toBe('ok');
  expect(await judge(issuer, token, { maxTokenLength: token.length - 1 })).toBe('too_long');
});

it('is refused where dots are all there is, within the limit', async () => {
  expect(await judge(issuer, '.'.repeat(8192))).toBe('not_compact');
  expect(await judge(issuer, '..')).toBe('not_compact');
  expect(await judge(issuer, '')).toBe('not_compact');
});

it('is refused where members are many and alike', async () => {
  const payload = `{${Array.from({ length: 800 }, () => '"a":1').join()}}`;
  expect(await judge(issuer, signRaw(issuer.key, JSON.stringify(issuer.header()), payload))).toBe('duplicate_member');
});
