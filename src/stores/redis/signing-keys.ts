/**
 * Signing keys in Redis: one small hash. The private part is sealed before it comes here.
 */
import type { Decision, SigningKeyRecord, SigningKeysWrite } from '../store.ts';
import type { Connection } from './connection.ts';
import { decisionPatience, untilDone } from './decisions.ts';
import type { Keys } from './keys.ts';
import { readSubject, writeSubject } from './scripts.ts';

export interface SigningKeyTable {
  update<Result>(
    decide: (keys: readonly SigningKeyRecord[], now: number) => Decision<SigningKeysWrite, Result>,
  ): Promise<Result>;
}

interface Found {
  readonly now: number;
  readonly digest: string;
  readonly records: SigningKeyRecord[];
}

const keyField = (kid: string) => `k:${kid}`;

export function createSigningKeys(connection: Connection, keys: Keys): SigningKeyTable {
  async function read(): Promise<Found> {
    const reply = await connection.run({ script: readSubject, keys: [keys.signingKeys], values: [''] });
    const [now, digest, fields] = reply as [number, string, string[]];
    const records = fields.filter((_, index) => index % 2 === 1).map(decodeKey);
    return { now, digest, records: records.toSorted((a, b) => a.createdAt - b.createdAt) };
  }

  async function write({ now, digest }: Found, { put = [], remove = [] }: SigningKeysWrite): Promise<boolean> {
    const change = {
      remove: remove.map(keyField),
      set: put.map((key) => [keyField(key.kid), encodeKey(key)]),
      rows: [],
      entries: [],
    };
    const values = ['', digest, now + decisionPatience, keys.channel, JSON.stringify(change)];
    const call = { script: writeSubject, keys: [keys.signingKeys], values } as const;
    return (await connection.runDurably(call, (reply) => reply === 0)) === 1;
  }

  return {
    update: (decide) =>
      untilDone(async () => {
        const found = await read();
        const decision = decide(found.records, found.now);
        const isDone = decision.write === undefined || (await write(found, decision.write));
        return isDone ? { done: decision.result } : undefined;
      }),
  };
}

function encodeKey(key: SigningKeyRecord): string {
  return JSON.stringify({ ...key, sealedPrivateKey: Buffer.from(key.sealedPrivateKey).toString('base64') });
}

/** Only what `encodeKey` wrote comes here. */
function decodeKey(text: string): SigningKeyRecord {
  const key: Omit<SigningKeyRecord, 'sealedPrivateKey'> & { sealedPrivateKey: string } = JSON.parse(text);
  return { ...key, sealedPrivateKey: Uint8Array.from(Buffer.from(key.sealedPrivateKey, 'base64')) };
}
