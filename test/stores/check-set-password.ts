/**
 * A password that an operator sets at one of two servers which have nothing in common but their store: it is the one that the other takes
 * from then on, and every session that the other had begun is over.
 */
import assert from 'node:assert/strict';
import { createTallystick } from '../../src/server/index.ts';
import type { Store } from '../../src/stores/store.ts';
import { asOpened } from './as-opened.ts';

const [forgotten, fresh] = ['what she has forgotten', 'what she was told'];

/** Takes two stores that are open, and closes them when it is done. */
export async function checkSetPassword(stores: readonly [Store, Store]): Promise<void> {
  const create = (store: Store) =>
    createTallystick({
      issuer: 'https://auth.example',
      store: asOpened(store),
      secrets: ['the root secret of two servers on one store'],
    });
  const [here, there] = [create(stores[0]), create(stores[1])];
  const signIn = (password: string) => there.signIn({ username: 'ada', password, from: { address: '192.0.2.1' } });
  try {
    const added = await here.directory.add({ username: 'ada', password: forgotten });
    assert.equal(added.kind, 'added');
    const { subject } = added;
    const before = await signIn(forgotten);
    assert.equal(before.kind, 'created');
    assert.deepEqual(await here.setPassword({ subject, password: fresh }), { kind: 'changed' });

    const refreshing = await there.refresh({ refreshToken: before.tokens.refresh_token });
    assert.equal(refreshing.kind, 'refused');
    const { entries } = await stores[1].readRevocations(undefined);
    assert.deepEqual(
      entries.map((entry) => ('subject' in entry ? [entry.subject, entry.exceptSid] : entry.sid)),
      [[subject, null]],
    );
    assert.equal((await signIn(forgotten)).kind, 'invalid_credentials');
    assert.equal((await signIn(fresh)).kind, 'created');
  } finally {
    await Promise.all([here.close(), there.close()]);
  }
}
