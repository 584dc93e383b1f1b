/**
 * Signing keys in SQLite. The private part is sealed before it comes here.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { PublicJwk } from '../../protocol/wire.ts';
import type { SigningKeyRecord } from '../store.ts';

/** The statements on `signing_keys`. */
export interface SigningKeyTable {
  all(): SigningKeyRecord[];
  put(key: SigningKeyRecord): void;
  remove(kid: string): void;
}

export function prepareSigningKeys(db: DatabaseSync): SigningKeyTable {
  const all = db.prepare('SELECT * FROM signing_keys ORDER BY created_at');
  const put = db.prepare('INSERT OR REPLACE INTO signing_keys VALUES (?, ?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM signing_keys WHERE kid = ?');
  return {
    all: () => all.all().map(toSigningKey),
    put: ({ kid, publicJwk, sealedPrivateKey, createdAt, signsFrom, publishedUntil }) => {
      put.run(kid, JSON.stringify(publicJwk), sealedPrivateKey, createdAt, signsFrom, publishedUntil);
    },
    remove: (kid) => {
      remove.run(kid);
    },
  };
}

/** The schema is STRICT, so the columns have the types that are asserted here. */
function toSigningKey(row: Record<string, SQLOutputValue>): SigningKeyRecord {
  return {
    kid: row.kid as string,
    publicJwk: JSON.parse(row.public_jwk as string) as PublicJwk,
    sealedPrivateKey: row.sealed_private_key as Uint8Array,
    createdAt: row.created_at as number,
    signsFrom: row.signs_from as number,
    publishedUntil: row.published_until as number | null,
  };
}
