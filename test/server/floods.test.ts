import { expect, it } from 'vitest';
import { createPasswordHasher } from '../../src/server/directory/password-hash.ts';
import { toProblem } from '../../src/server/http/problem.ts';
import { expectError, expectStatus, openServer } from './open-server.ts';

it('holds back a client that refreshes a session in a loop, and no other, and signs nobody out', async () => {
  const server = await openServer({ kind: 'memory' });
  const [broken, honest] = [await server.login(), await server.login()];
  const refresh = ({ refresh_token }: typeof broken) =>
    server.ask('POST', '/token', { form: { grant_type: 'refresh_token', refresh_token } });
  const answers = await Promise.all(Array.from({ length: 5_100 }, () => refresh(broken)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5_000);
  const held = answers.filter(({ status }) => status !== 200);
  expect(held).toHaveLength(100);
  for (const answer of held) {
    expectError(answer, 429, 'too_many_attempts');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(10);
  }
  expectStatus(await refresh(honest), 200);
  expectStatus(await server.me(broken.access_token), 200);
});

it('checks a few passwords at once, lets a few wait, and refuses the rest at once with 503 and Retry-After', async () => {
  const { assertRoom, hash, verify } = createPasswordHasher({ concurrency: 1, queue: 2 });
  const known = await hash('correct horse');
  assertRoom();
  const checking = Promise.allSettled(Array.from({ length: 5 }, () => verify(known, 'correct horse')));
  expect(assertRoom).toThrow('too many passwords');
  const checks = await checking;
  assertRoom();
  const refused = checks.flatMap((check) => (check.status === 'rejected' ? [check.reason] : []));
  expect(checks.slice(0, 3).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect(refused).toHaveLength(2);
  expect(toProblem(refused[0])).toMatchObject({ status: 503, headers: { 'Retry-After': '1' }, cause: undefined });
});
