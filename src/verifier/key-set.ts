/**
 * The keys of one issuer, kept in memory: fetched when they are needed, one fetch at a time, again when they have grown
 * old, and once a cool-down for a `kid` that is not among them. While the issuer does not answer they go on being used up
 * to a hard limit, and nobody waits for it; then nothing is verified any more. No token ever names where a key comes from.
 */
import type { AlgorithmName } from './algorithms.ts';
import type { VerificationJwk } from './check-jwk.ts';
import { type ImportedKey, importKey } from './import-key.ts';
import type { KeySource } from './key-source.ts';
import type { NodeCrypto } from './node-crypto.ts';
import { type IgnoredKey, readJwkSet } from './read-jwk-set.ts';
import type { TellVerifierEvent } from './verifier-event.ts';

/** Durations in milliseconds. */
export interface KeySetPolicy {
  readonly algorithms: readonly AlgorithmName[];
  /** The pause after a failed fetch, and between two for unknown `kid`s. No set is taken for fresh for less. */
  readonly cooldown: number;
  /** How long a set is taken for fresh at most, whatever its server says: then a removed key is out. */
  readonly maxAge: number;
  /** How long a set is used at most while no fetch succeeds. */
  readonly hardLimit: number;
}

export interface KeySetOptions {
  readonly source: KeySource;
  readonly policy: KeySetPolicy;
  readonly nodeCrypto: NodeCrypto | undefined;
  readonly now: () => number;
  readonly tell: TellVerifierEvent;
}

/** `ready`: go on. `wait`: for `load` first. `unavailable`: there are no keys, or none that may still be used. */
export type KeyStanding = 'ready' | 'wait' | 'unavailable';

export interface KeySet {
  /**
   * How things stand; never `wait` for one who `mayWait` no more. Also starts the next fetch in the background shortly
   * before it would have to be waited for.
   */
  use(now: number, mayWait: boolean): KeyStanding;
  find(kid: string): ImportedKey | undefined;
  /** Whether `key` is still in the set. */
  holds(key: ImportedKey): boolean;
  /** Whether an unknown `kid` is a reason to fetch again, or to wait for the fetch that is under way. */
  mayRefetch(now: number): boolean;
  /** Fetches, or waits for the fetch that is under way. Never rejects. */
  load(): Promise<void>;
  /** Age of the set in use, in milliseconds, or `undefined` where there is none. */
  age(now: number): number | undefined;
}

/** When the set in use was fetched, and how long it is taken for fresh. */
interface Loaded {
  readonly at: number;
  readonly freshFor: number;
}

export function createKeySet({ source, policy, nodeCrypto, now: clock, tell }: KeySetOptions): KeySet {
  let keys: ReadonlyMap<string, KnownKey> = new Map();
  let inUse = new Set<ImportedKey>();
  let loaded: Loaded | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  let underWay: Promise<void> | undefined;

  const triedWithin = (duration: number, now: number) => now >= triedAt && now < triedAt + duration;
  const isPausing = (now: number) => triedWithin(policy.cooldown, now);
  // An issuer that takes every question and answers none would else hold up each request once a cool-down.
  const isFailing = (now: number) => hasFailed && triedWithin(2 * policy.cooldown, now);
  const load = () => {
    underWay ??= fetchOnce().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const fetchOnce = async () => {
    const startedAt = clock();
    triedAt = startedAt;
    const fetched = await source();
    const read = fetched.ok ? readJwkSet(fetched.value, policy.algorithms) : fetched;
    hasFailed = !read.ok;
    if (!fetched.ok || !read.ok) return tell({ type: 'keys_failed', reason: read.ok ? '' : read.reason });
    const imported = await importKeys(read.keys, keys, nodeCrypto);
    keys = imported.keys;
    inUse = new Set([...keys.values()].map(({ key }) => key));
    loaded = { at: startedAt, freshFor: freshFor(fetched.maxAgeSeconds, policy) };
    tell({ type: 'keys_loaded', kids: [...keys.keys()], ignored: [...read.ignored, ...imported.ignored] });
  };
  return {
    use: (now, mayWait) => {
      const mayLoad = underWay !== undefined || !isPausing(now);
      const { hardLimit } = policy;
      const standing = decideKeyStanding(now, loaded, {
        hardLimit,
        isFailing: isFailing(now),
        mayWait: mayWait && mayLoad,
      });
      if (standing !== 'load_ahead') return standing;
      void load();
      return 'ready';
    },
    find: (kid) => keys.get(kid)?.key,
    holds: (key) => inUse.has(key),
    mayRefetch: (now) => underWay !== undefined || !isPausing(now),
    load,
    age: (now) => loaded && now - loaded.at,
  };
}

/** The part of its life after which a set is fetched again in the background. */
const loadAhead = 0.75;

function decideKeyStanding(
  now: number,
  loaded: Loaded | undefined,
  { hardLimit, isFailing, mayWait }: { hardLimit: number; isFailing: boolean; mayWait: boolean },
): KeyStanding | 'load_ahead' {
  // A set from the future means that the clock has jumped: its age is unknown.
  const age = loaded && now >= loaded.at ? now - loaded.at : Number.POSITIVE_INFINITY;
  const life = loaded?.freshFor ?? 0;
  if (age < life * loadAhead) return 'ready';
  if (age < (isFailing ? hardLimit : life)) return mayWait ? 'load_ahead' : 'ready';
  if (mayWait) return 'wait';
  return age < hardLimit ? 'ready' : 'unavailable';
}

/** What the server says, within bounds of our own: neither a fetch for every token nor a key that stays for a day. */
function freshFor(maxAgeSeconds: number | undefined, { cooldown, maxAge }: KeySetPolicy): number {
  const wanted = maxAgeSeconds === undefined ? maxAge : maxAgeSeconds * 1000;
  return Math.max(Math.min(wanted, maxAge), cooldown);
}

interface KnownKey {
  readonly fingerprint: string;
  readonly key: ImportedKey;
}

interface ImportedKeys {
  readonly keys: ReadonlyMap<string, KnownKey>;
  readonly ignored: readonly IgnoredKey[];
}

/** A key that was known before stays the same object, so that what was verified with it stays verified. */
async function importKeys(
  jwks: ReadonlyMap<string, VerificationJwk>,
  known: ReadonlyMap<string, KnownKey>,
  nodeCrypto: NodeCrypto | undefined,
): Promise<ImportedKeys> {
  const keys = new Map<string, KnownKey>();
  const ignored: IgnoredKey[] = [];
  for (const [kid, jwk] of jwks) {
    const fingerprint = JSON.stringify(jwk);
    const before = known.get(kid);
    const key =
      before?.fingerprint === fingerprint ? before.key : await importKey(jwk, nodeCrypto).catch(() => undefined);
    if (key === undefined) ignored.push({ kid, reason: 'malformed_key' });
    else keys.set(kid, { fingerprint, key });
  }
  return { keys, ignored };
}
