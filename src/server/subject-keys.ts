/**
 * Where a user's data lives: the shard tag is an HMAC of the user under the store's own secret, so that it says nothing
 * about the user and is the same on every server.
 */
import { createSecretKey } from 'node:crypto';
import { shardTagLength } from '../protocol/session-id.ts';
import type { SubjectKey } from '../stores/store.ts';
import { macOf } from './keys/mac.ts';

/** Gives the key under which a store keeps everything of a user. */
export type SubjectKeys = (subject: string) => SubjectKey;

/** Makes the function that finds a user's home, from the store's shard secret. */
export function createSubjectKeys(shardSecret: Uint8Array): SubjectKeys {
  // As a key object, which is made once: plain bytes would make one each time, and cost more than the MAC.
  const key = createSecretKey(shardSecret);
  return (subject) => ({ subject, shardTag: macOf(key, subject).subarray(0, shardTagLength) });
}
