/**
 * The names of all keys. What is between braces decides the slot: everything of one user is in one of 256 buckets, by the
 * first byte of the shard tag, which every session id begins with.
 */
import { createHash } from 'node:crypto';
import type { SubjectKey } from '../store.ts';

export const bucketCount = 256;

export interface Keys {
  /** The bucket's own feed. */
  feed(bucket: number): string;
  /** A row is at this and the session id. */
  sessions(bucket: number): string;
  /** One user: their record, their devices, and which sessions they have. */
  subject(key: SubjectKey): string;
  /** A part of the directory's names. */
  names(part: number): string;
  /** One use of something that may be used once. */
  use(key: string): string;
  /** Attempts that are counted under one key. */
  attempts(key: string): string;
  /** Written to in order to see whether it can be; one for each bucket, and one for all that has no bucket. */
  mark(near: string): string;
  readonly signingKeys: string;
  readonly shardSecret: string;
  readonly notBefore: string;
  /** Where servers tell each other that a feed has something new. */
  readonly channel: string;
}

export function createKeys(prefix: string): Keys {
  return {
    feed: (bucket) => `{${prefix}:${hex(bucket)}}:f`,
    sessions: (bucket) => `{${prefix}:${hex(bucket)}}:s:`,
    subject: ({ subject, shardTag }) => `{${prefix}:${hex(bucketOf(shardTag))}}:u:${subject}`,
    names: (part) => `{${prefix}:n${hex(part)}}:names`,
    use: (key) => `{${prefix}:n${hex(partOf(key))}}:used:${key}`,
    attempts: (key) => `{${prefix}:n${hex(partOf(key))}}:tried:${key}`,
    mark: (near) => `{${tagOf(near)}}:mark`,
    signingKeys: `{${prefix}}:signing-keys`,
    shardSecret: `{${prefix}}:shard-secret`,
    notBefore: `{${prefix}}:not-before`,
    channel: `${prefix}:revocations`,
  };
}

/** The bucket of a user. */
export function bucketOf(shardTag: Uint8Array): number {
  return shardTag[0] ?? 0;
}

/** The bucket of a session; what is no session id is in one too, and is not found there. */
export function bucketOfSession(sid: string): number {
  return bucketOf(Buffer.from(sid.slice(0, 2), 'base64url'));
}

/** What belongs to no user is in one of as many parts as there are buckets. */
export function partOf(name: string): number {
  return createHash('sha256').update(name).digest()[0] ?? 0;
}

/** What is between the braces. */
export function tagOf(key: string): string {
  return key.slice(1, key.indexOf('}'));
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
