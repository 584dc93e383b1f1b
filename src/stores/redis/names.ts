/**
 * The directory's names in Redis. A name lives in another slot than its user, so that no script can write both: the name is
 * claimed first, then the user is written. Whoever finds a name taken looks whether its user has it; a claim that nobody
 * came to use, because a server died in between, may be replaced once nobody can still be about to use it.
 */
import type { SubjectKey, UserRecord } from '../store.ts';
import { StoreError } from '../store-error.ts';
import type { Connection } from './connection.ts';
import { bucketCount, type Keys, partOf } from './keys.ts';
import { claimName } from './scripts.ts';
import type { ClaimName, SubjectTable } from './subjects.ts';

export interface NameTable {
  /** Rejects with `NameTaken` where another user has the name. */
  readonly claim: ClaimName;
  find(name: string): Promise<UserRecord | undefined>;
  page(afterName: string, limit: number): Promise<UserRecord[]>;
}

/** The name is another user's. */
export class NameTaken extends StoreError {}

/** A name, and whose it is said to be. */
interface Claim extends SubjectKey {
  readonly name: string;
  readonly claimedAt: number;
}

/** From when on a claim without a user counts as left behind, in milliseconds. Its own writer has given up long before. */
const claimPatience = 60_000;
/** Claims are kept with this between the name and the rest; so no name may have it. */
const separator = '\0';

export function createNames(connection: Connection, keys: Keys, subjects: SubjectTable): NameTable {
  const parts = Array.from({ length: bucketCount }, (_, part) => keys.names(part));

  /** The user of a claim, where they have that name. */
  async function userOf(claim: Claim): Promise<UserRecord | undefined> {
    const user = await subjects.findUser(claim);
    return user?.username === claim.name ? user : undefined;
  }

  async function claim(name: string, key: SubjectKey, replaced = ''): Promise<void> {
    if (name.includes(separator)) throw new StoreError('Redis: a name cannot have a NUL character');
    const values = [name, Buffer.from(key.shardTag).toString('hex'), key.subject, replaced];
    const call = { script: claimName, keys: [keys.names(partOf(name))], values } as const;
    const [now, found] = (await connection.runDurably(call)) as [number, string?];
    if (found === undefined) return;
    const claimed = toClaim(found);
    if (claimed.subject === key.subject) return;
    const isInUse = now - claimed.claimedAt < claimPatience || (await userOf(claimed)) !== undefined;
    if (isInUse || replaced === found) throw new NameTaken('Redis: another user has this name');
    await claim(name, key, found);
  }

  async function claimsFrom(part: string, afterName: string, limit: number): Promise<Claim[]> {
    // Behind all claims of that very name, and before those of any longer one.
    const start = afterName === '' ? '-' : `(${afterName}\u0001`;
    const range = ['ZRANGEBYLEX', part, start, '+', 'LIMIT', '0', String(limit)];
    return ((await connection.send(part, range)) as string[]).map(toClaim);
  }

  return {
    claim: (name, key) => claim(name, key),
    find: async (name) => {
      if (name.includes(separator)) return undefined;
      const part = keys.names(partOf(name));
      const range = ['ZRANGEBYLEX', part, `[${name}${separator}`, `(${name}\u0001`];
      const [found] = (await connection.send(part, range)) as string[];
      return found === undefined ? undefined : userOf(toClaim(found));
    },
    page: async (afterName, limit) => {
      const users: UserRecord[] = [];
      for (let after = afterName; users.length < limit; ) {
        const claims = (await Promise.all(parts.map((part) => claimsFrom(part, after, limit)))).flat();
        const next = claims.toSorted(byName).slice(0, limit - users.length);
        users.push(...(await Promise.all(next.map(userOf))).filter((user) => user !== undefined));
        const last = next.at(-1);
        if (last === undefined) break;
        after = last.name;
      }
      return users;
    },
  };
}

function byName(first: Claim, second: Claim): number {
  return Buffer.compare(Buffer.from(first.name), Buffer.from(second.name));
}

function toClaim(text: string): Claim {
  const end = text.indexOf(separator);
  const [claimedAt = '', shardTag = '', ...subject] = text.slice(end + 1).split(' ');
  return {
    name: text.slice(0, end),
    claimedAt: Number(claimedAt),
    shardTag: Buffer.from(shardTag, 'hex'),
    subject: subject.join(' '),
  };
}
