// Attack: refresh for more than the user granted.
import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { expectError, openServer } from '../../server/open-server.ts';

const values = ['a', 'b', 'A', 'a:b', 'admin', 'openid'];
const scope = fc.subarray(values, { minLength: 1 }).map((list) => list.join(' '));

it('gets no value that was not granted, and leaves the refresh token’s grant as it was', async () => {
  const server = await openServer();
  await fc.assert(
    fc.asyncProperty(scope, fc.array(scope, { minLength: 1, maxLength: 4 }), async (granted, wanted) => {
      const all = new Set(granted.split(' '));
      let { refresh_token } = await server.login({ scope: granted });
      for (const more of wanted) {
        await server.advance(60);
        const answer = await server.refresh(refresh_token, { form: { scope: more } });
        if (more.split(' ').every((value) => all.has(value))) {
          expect(decodeJwt(answer.body.access_token).scope).toBe(more);
          refresh_token = answer.body.refresh_token;
        } else expectError(answer, 400, 'invalid_scope');
      }
      await server.advance(60);
      expect((await server.refreshed(refresh_token)).scope).toBe(granted);
    }),
    { numRuns: 40 },
  );
});

it('gets nothing where nothing was granted', async () => {
  const server = await openServer();
  const { refresh_token } = await server.login();
  expectError(await server.refresh(refresh_token, { form: { scope: 'a' } }), 400, 'invalid_scope');
});
