/**
 * What a server must be like for this store. Looked at once, at the start.
 */
import { StoreError } from '../store-error.ts';

const oldestMajor = 7;

/** Rejects with one line that says what is wrong with the server that describes itself by `info`. */
export function assertUsable(info: string, isCluster: boolean): void {
  const version = fieldOf(info, 'redis_version');
  if (Number.parseInt(version, 10) < oldestMajor) {
    throw new StoreError(`Redis: version ${version} is too old; ${oldestMajor}.0 or newer is needed`);
  }
  const policy = fieldOf(info, 'maxmemory_policy');
  if (policy !== 'noeviction') {
    throw new StoreError(`Redis: maxmemory-policy is ${policy}, which would sign users out; it has to be noeviction`);
  }
  if (!isCluster && fieldOf(info, 'redis_mode') === 'cluster') {
    throw new StoreError('Redis: this server is part of a cluster, and has to be used as one');
  }
  if (!isCluster && fieldOf(info, 'role') !== 'master') {
    throw new StoreError('Redis: this server is a replica, which cannot be written to');
  }
}

/** A line of what `INFO` gives; empty where there is none. */
export function fieldOf(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
}
