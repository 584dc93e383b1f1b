/**
 * Signing keys: rows, and that two servers which both find one missing make one between them.
 */
import assert from 'node:assert/strict';
import type { SigningKeyRecord, Store } from '../store.ts';
import { range } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';
import { sampleSigningKey } from './sample-records.ts';

export async function putKeys(store: Store, ...put: readonly SigningKeyRecord[]): Promise<void> {
  await store.updateSigningKeys(() => ({ write: { put }, result: undefined }));
}

/** The keys that a decision sees. */
export async function listKeys(store: Store): Promise<readonly SigningKeyRecord[]> {
  return store.updateSigningKeys((keys) => ({ result: keys }));
}

/** In a settled order, with bytes that compare whatever class they came in. */
function comparable(keys: readonly SigningKeyRecord[]): readonly SigningKeyRecord[] {
  return keys
    .toSorted((a, b) => (a.kid < b.kid ? -1 : 1))
    .map((key) => ({ ...key, sealedPrivateKey: Uint8Array.from(key.sealedPrivateKey) }));
}

/** Makes a key where there is none, and gives the `kid` there is afterwards. */
export async function ensureKey(store: Store): Promise<string> {
  const now = await store.checkHealth();
  return store.updateSigningKeys((keys) => {
    const [key] = keys;
    const made = key ?? sampleSigningKey(now);
    return { write: key ? undefined : { put: [made] }, result: made.kid };
  });
}

export const signingKeyCases: readonly CaseDefinition[] = [
  {
    name: 'gives signing keys back as they were written',
    run: async ({ store }) => {
      const now = await store.checkHealth();
      const okp = { kty: 'OKP', crv: 'Ed25519', x: 'eA', kid: 'k', alg: 'Ed25519', use: 'sig' } as const;
      const keys = [
        sampleSigningKey(now),
        sampleSigningKey(now + 1, { kid: 'k', publicJwk: okp, publishedUntil: now + 3_600_000 }),
      ];
      await putKeys(store, ...keys);
      assert.deepEqual(comparable(await listKeys(store)), comparable(keys));
    },
  },
  {
    name: 'replaces signing keys that are put again, and removes those that are named',
    run: async ({ store }) => {
      const now = await store.checkHealth();
      const [kept, removed, added] = [sampleSigningKey(now), sampleSigningKey(now), sampleSigningKey(now)];
      await putKeys(store, kept, removed);
      const superseded = { ...kept, publishedUntil: now + 3_600_000, sealedPrivateKey: Uint8Array.of(1, 2, 3) };
      await store.updateSigningKeys(() => ({
        write: { put: [superseded, added], remove: [removed.kid, 'never-was'] },
        result: undefined,
      }));
      assert.deepEqual(comparable(await listKeys(store)), comparable([superseded, added]));
    },
  },
  {
    name: 'leaves the signing keys alone where a decision throws or writes nothing',
    run: async ({ store }) => {
      const key = sampleSigningKey(await store.checkHealth());
      await putKeys(store, key);
      const objection = new Error('this decision throws');
      const objecting = store.updateSigningKeys(() => {
        throw objection;
      });
      await assert.rejects(objecting, objection);
      assert.equal(await store.updateSigningKeys((keys) => ({ result: keys.length })), 1);
      assert.deepEqual(comparable(await listKeys(store)), comparable([key]));
    },
  },
  {
    name: 'lets one of many make the signing key that all of them find missing',
    run: async ({ store }) => {
      const kids = await Promise.all(range(20).map(() => ensureKey(store)));
      assert.equal(new Set(kids).size, 1);
      assert.deepEqual(
        (await listKeys(store)).map(({ kid }) => kid),
        kids.slice(0, 1),
      );
    },
  },
];
