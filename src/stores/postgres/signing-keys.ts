/**
 * Signing keys in PostgreSQL. The private part is sealed before it comes here.
 */
import type { PublicJwk } from '../../protocol/wire.ts';
import type { SigningKeyRecord } from '../store.ts';
import { prepared, type Run } from './connection.ts';
import type { PostgresRow } from './driver.ts';
import { type Columns, columnNames, toArrays, toNumberOrNull, upsert } from './rows.ts';

/** The statements on `signing_keys`. */
export interface SigningKeyTable {
  all(run: Run): Promise<SigningKeyRecord[]>;
  put(run: Run, keys: readonly SigningKeyRecord[]): Promise<void>;
  remove(run: Run, kids: readonly string[]): Promise<void>;
}

const columns: Columns = {
  kid: 'text',
  public_jwk: 'text',
  sealed_private_key: 'bytea',
  created_at: 'bigint',
  signs_from: 'bigint',
  published_until: 'bigint',
};

export function prepareSigningKeys(schema: string): SigningKeyTable {
  const table = `${schema}.signing_keys`;
  const all = prepared(`SELECT ${columnNames(columns)} FROM ${table} ORDER BY created_at, kid`);
  const put = prepared(upsert(table, columns, 'kid'));
  const remove = prepared(`DELETE FROM ${table} WHERE kid = ANY ($1::text[])`);
  return {
    all: async (run) => (await run(all())).rows.map(toSigningKey),
    put: async (run, keys) => {
      await run(put(...toArrays(columns, keys.map(toRow))));
    },
    remove: async (run, kids) => {
      await run(remove(kids));
    },
  };
}

function toRow({
  kid,
  publicJwk,
  sealedPrivateKey,
  createdAt,
  signsFrom,
  publishedUntil,
}: SigningKeyRecord): unknown[] {
  return [kid, JSON.stringify(publicJwk), Buffer.from(sealedPrivateKey), createdAt, signsFrom, publishedUntil];
}

function toSigningKey(row: PostgresRow): SigningKeyRecord {
  return {
    kid: String(row.kid),
    publicJwk: JSON.parse(String(row.public_jwk)) as PublicJwk,
    sealedPrivateKey: row.sealed_private_key as Buffer,
    createdAt: Number(row.created_at),
    signsFrom: Number(row.signs_from),
    publishedUntil: toNumberOrNull(row.published_until),
  };
}
