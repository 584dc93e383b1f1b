/**
 * The root secrets, and the keys derived from them by HKDF-SHA-256 (RFC 5869), one for each purpose. Secrets roll over: the
 * first one makes, all of them check. A root secret itself is used for nothing else.
 */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** What a derived key is for. Part of the derivation, so that no key ever serves two purposes. */
export type KeyPurpose =
  | 'refresh-token'
  | 'stateless-refresh-token'
  | 'signing-key'
  | 'derived-signing-key'
  | 'dpop-nonce'
  | 'attempt-key';

/** One root secret, ready for use. */
export interface RootKey {
  /** Derived from the secret itself, so that servers agree without being told. 0 to 255. */
  readonly id: number;
  /** 32 bytes for one purpose. As a key object, which is made once: a MAC under plain bytes would make one each time. */
  derive(purpose: KeyPurpose): KeyObject;
}

/** All root secrets, the newest first. */
export interface RootKeys {
  readonly newest: RootKey;
  /** The newest first. */
  readonly all: readonly RootKey[];
  find(id: number): RootKey | undefined;
}

const shortest = 32;

/**
 * Takes the configured root secrets, newest first, for one issuer. Throws a `TypeError` where there is none, one is shorter
 * than 32 characters, or two have the same id; the message never shows a secret.
 */
export function createRootKeys(secrets: readonly string[], issuer: string): RootKeys {
  const keys = secrets.map((secret, index) => createRootKey(secret, issuer, `secrets[${index}]`));
  const [newest] = keys;
  if (newest === undefined) throw new TypeError('secrets: at least one root secret is needed');
  const byId = new Map<number, RootKey>();
  keys.forEach((key, index) => {
    if (byId.has(key.id)) throw new TypeError(`secrets[${index}]: has the id of another root secret; make a new one`);
    byId.set(key.id, key);
  });
  return { newest, all: keys, find: (id) => byId.get(id) };
}

function createRootKey(secret: string, issuer: string, name: string): RootKey {
  if (typeof secret !== 'string' || secret.length < shortest) {
    throw new TypeError(`${name}: a root secret has ${shortest} characters or more`);
  }
  const expand = (info: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `tallystick ${info}`, length));
  const derived: Readonly<Record<KeyPurpose, KeyObject>> = {
    // A token of another issuer is nothing here.
    'refresh-token': createSecretKey(expand(`refresh-token ${issuer}`, 32)),
    'stateless-refresh-token': createSecretKey(expand(`stateless-refresh-token ${issuer}`, 32)),
    'derived-signing-key': createSecretKey(expand(`derived-signing-key ${issuer}`, 32)),
    'dpop-nonce': createSecretKey(expand(`dpop-nonce ${issuer}`, 32)),
    // A store can be given another issuer, or be opened by a command that does not know it, and keeps its keys.
    'signing-key': createSecretKey(expand('signing-key', 32)),
    'attempt-key': createSecretKey(expand('attempt-key', 32)),
  };
  return { id: expand('root-key-id', 1).readUInt8(), derive: (purpose) => derived[purpose] };
}
