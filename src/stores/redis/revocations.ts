/**
 * The revocation feed in Redis. Each bucket has a stream of its own, so that the script which ends a session also says so;
 * a reader merges all of them. A cursor is how far each stream has been read, and a digest of the entries it stands at: so
 * nothing is skipped that another bucket says later, and a stream which has lost entries in a failover, and said others in
 * their place, is noticed.
 */
import { createHash, randomBytes } from 'node:crypto';
import { pushVarint, readVarint } from '../../protocol/varint.ts';
import type { Revocation, RevocationPage, StoredRevocation } from '../store.ts';
import type { Connection } from './connection.ts';
import { bucketCount, type Keys } from './keys.ts';

/** How far each bucket's stream has been read; 0 or absent: not at all. */
type Places = readonly number[];

/** An entry as it came from its bucket's stream. */
interface Entry {
  readonly bucket: number;
  /** Its place in that stream. */
  readonly place: number;
  /** Random, so that no other history has the same. */
  readonly tag: string;
  /** When it was said, in microseconds. */
  readonly saidAt: number;
  readonly revocation: Revocation;
}

/** What was found, by bucket, and as of when. */
interface Found {
  readonly readAt: number;
  readonly entries: readonly (readonly Entry[])[];
}

const digestLength = 9;
const everything: Places = [];
const buckets = Array.from({ length: bucketCount }, (_, bucket) => bucket);

/** How a script writes an entry. */
export function encodeEntry(revocation: Revocation): string {
  const tag = randomBytes(9).toString('base64url');
  const { heldUntil } = revocation;
  if ('sid' in revocation) return JSON.stringify([tag, heldUntil, revocation.sid]);
  const { subject, before, exceptSid } = revocation;
  return JSON.stringify([tag, heldUntil, subject, before, exceptSid]);
}

/** What the feed says after `cursor`. */
export async function readRevocations(
  connection: Connection,
  keys: Keys,
  cursor: string | undefined,
): Promise<RevocationPage> {
  const places = cursor === undefined ? undefined : decodeCursor(cursor);
  if (places) {
    const found = await readFrom(connection, keys, places.places);
    const stoodAt = entriesAt(found, places.places);
    if (stoodAt && digestOf(stoodAt) === places.digest) return pageOf(found, places.places, stoodAt);
  }
  const page = pageOf(await readFrom(connection, keys, everything), everything, []);
  return { ...page, reset: cursor !== undefined || page.entries.length > 0 };
}

/** From `places` on, these included. */
async function readFrom(connection: Connection, keys: Keys, places: Places): Promise<Found> {
  // The clocks first: all that had been said by the earliest of them is then found, on whichever server.
  const readAt = Math.min(...(await connection.clocks()));
  const read = async (bucket: number) => {
    const key = keys.feed(bucket);
    const start = places[bucket] ? `0-${places[bucket]}` : '-';
    const entries = (await connection.send(key, ['XRANGE', key, start, '+'])) as [string, string[]][];
    return entries.map((entry) => toEntry(bucket, entry));
  };
  return { readAt, entries: await Promise.all(buckets.map(read)) };
}

/** The entries that the cursor stands at, or `undefined` where one is not held any more. */
function entriesAt({ entries }: Found, places: Places): readonly Entry[] | undefined {
  const stoodAt: Entry[] = [];
  for (const [bucket, place] of places.entries()) {
    if (place === 0) continue;
    const entry = entries[bucket]?.[0];
    if (entry?.place !== place) return undefined;
    stoodAt.push(entry);
  }
  return stoodAt;
}

/** The page of everything after `stoodAt`. A position is how many entries there have been in all buckets. */
function pageOf({ readAt, entries: found }: Found, places: Places, stoodAt: readonly Entry[]): RevocationPage {
  const last = new Map(stoodAt.map((entry) => [entry.bucket, entry]));
  const fresh = found
    .flatMap((entries, bucket) => entries.slice(places[bucket] ? 1 : 0))
    .toSorted((a, b) => a.saidAt - b.saidAt);
  const reached = buckets.map((bucket) => places[bucket] || (found[bucket]?.[0]?.place ?? 1) - 1);
  let position = reached.reduce((sum, place) => sum + place, 0);
  const entries = fresh.map((entry): StoredRevocation => {
    position += entry.place - (reached[entry.bucket] ?? 0);
    reached[entry.bucket] = entry.place;
    last.set(entry.bucket, entry);
    return { ...entry.revocation, position };
  });
  return { reset: false, cursor: encodeCursor([...last.values()]), entries, readAt };
}

function toEntry(bucket: number, [id, fields]: [string, string[]]): Entry {
  const [, text = '', , saidAt] = fields;
  const [tag, heldUntil, ...said]: [string, number, string, number?, (string | null)?] = JSON.parse(text);
  const [name, before, exceptSid = null] = said;
  const revocation = before === undefined ? { sid: name, heldUntil } : { subject: name, before, exceptSid, heldUntil };
  return { bucket, place: Number(id.slice(id.indexOf('-') + 1)), tag, saidAt: Number(saidAt), revocation };
}

/** The digest, then bucket and place of each stream that has said something. */
function encodeCursor(entries: readonly Entry[]): string {
  const inOrder = entries.toSorted((a, b) => a.bucket - b.bucket);
  const bytes = [...Buffer.from(digestOf(inOrder), 'base64url')];
  for (const { bucket, place } of inOrder) {
    bytes.push(bucket);
    pushVarint(bytes, place);
  }
  return Buffer.from(bytes).toString('base64url');
}

function decodeCursor(cursor: string): { readonly places: Places; readonly digest: string } | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length < digestLength || bytes.toString('base64url') !== cursor) return undefined;
  const places = buckets.map(() => 0);
  for (let offset = digestLength; offset < bytes.length; ) {
    const bucket = bytes[offset] ?? 0;
    const place = readVarint(bytes, offset + 1);
    if (place === undefined) return undefined;
    places[bucket] = place.value;
    offset = place.next;
  }
  return { places, digest: bytes.subarray(0, digestLength).toString('base64url') };
}

function digestOf(entries: readonly Entry[]): string {
  const text = JSON.stringify(entries.map(({ tag }) => tag));
  return createHash('sha256').update(text).digest().subarray(0, digestLength).toString('base64url');
}
