// Attack: profit from a host's user check that is broken, slow, or written in a hurry.
import { describe, expect, it } from 'vitest';
import type { Authenticate } from '../../../src/server/index.ts';
import { expectError, openServer } from '../../server/open-server.ts';

const answers: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['an empty text', ''],
  ['a text', 'ada'],
  ['true', true],
  ['1', 1],
  ['an empty object', {}],
  ['a list', [{ authenticated: true, subject: 'ada' }]],
  ['yes without a user', { authenticated: true }],
  ['yes for an empty user', { authenticated: true, subject: '' }],
  ['yes for a user that is a number', { authenticated: true, subject: 7 }],
  ['yes for a user of 256 characters', { authenticated: true, subject: 'x'.repeat(256) }],
  ['a user without yes', { subject: 'ada' }],
  ['"true"', { authenticated: 'true', subject: 'ada' }],
  ['"false"', { authenticated: 'false', subject: 'ada' }],
  ['1 for yes', { authenticated: 1, subject: 'ada' }],
  ['another word for yes', { ok: true, subject: 'ada' }],
  ['yes with methods that are none', { authenticated: true, subject: 'ada', amr: ['two words'] }],
  ['yes with a level that is a number', { authenticated: true, subject: 'ada', acr: 3 }],
];

/** Signs in at a host with this check, and insists on 503 and nothing else. */
async function expectNobodySignedIn(authenticate: () => unknown): Promise<void> {
  const server = await openServer({ authenticate: authenticate as Authenticate });
  const answer = await server.ask('POST', '/login', { json: { username: 'ada', password: 'secret word' } });
  expectError(answer, 503, 'temporarily_unavailable');
  expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(server.events.map(({ type }) => type)).toEqual(['fault']);
}

describe('a user check', () => {
  it.each(answers)('that answers %s signs nobody in', async (_what, answer) => {
    await expectNobodySignedIn(() => answer);
    await expectNobodySignedIn(async () => answer);
  });

  it('that throws signs nobody in', async () => {
    await expectNobodySignedIn(() => {
      throw new Error('the host’s database is away');
    });
    await expectNobodySignedIn(() => Promise.reject(new Error('the host’s database is away')));
    await expectNobodySignedIn(() => Promise.reject(undefined));
  });

  it('that says no in full signs nobody in, whatever else it says', async () => {
    const authenticate = (() => ({ authenticated: false, subject: 'ada' })) as unknown as Authenticate;
    const server = await openServer({ authenticate });
    const answer = await server.ask('POST', '/login', { json: { username: 'ada', password: 'right' } });
    expectError(answer, 401, 'invalid_credentials');
  });
});
