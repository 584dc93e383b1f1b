/**
 * What the revocation feed has said, in memory: the sessions that have ended, and for each user "no session begun before
 * T, except S". A pure structure; it is told the time. It only grows: an entry leaves when every token that it could stop
 * is dead of age, and nothing that anyone sends takes one back.
 */
import type { RevocationEntry } from '../protocol/wire.ts';
import { createNameFilter, type NameFilter } from './name-filter.ts';

/** Times in milliseconds. */
export interface RevocationList {
  /** Takes in `entries`, in any order and any number of times. */
  add(entries: readonly RevocationEntry[], now: number): void;
  /** Whether a session of this user, begun at `startedAt`, has been revoked. */
  isRevoked(session: { readonly sid: string; readonly sub: string }, startedAt: number): boolean;
  /** Whether everything that it was told is in it, or too old to matter. Else it had no room, and its "no" is worth nothing. */
  isWhole(now: number): boolean;
  /** Lets go of what is too old to matter, or of some of it: what is left goes the next times. */
  prune(now: number): void;
  /** How many sessions and users it names. */
  readonly size: number;
  /** Grows with everything that is added: a session that was live at one version is live for as long as that is the version. */
  readonly version: number;
}

export interface RevocationListOptions {
  /** How long an entry is kept: at least the longest life of a token, and what clocks may differ. */
  readonly keepFor: number;
  /** The most sessions and users it names. */
  readonly maxEntries: number;
}

/** One level: no session begun before `before`, except one. */
interface NotBefore {
  readonly before: number;
  readonly except: string | undefined;
}

/** What holds for one user: the latest level, and the latest of those that do not spare the same session. */
interface UserLevels {
  readonly latest: NotBefore;
  readonly unsparing: NotBefore | undefined;
  readonly keepUntil: number;
}

export function createRevocationList({ keepFor, maxEntries }: RevocationListOptions): RevocationList {
  // Both are in order of age, since what is said again moves to the end.
  const sessions = new Map<string, number>();
  const users = new Map<string, UserLevels>();
  let filter = filterOf(sessions, users);
  let notWholeUntil = 0;
  let version = 0;

  const size = () => sessions.size + users.size;
  const put = <Value>(map: Map<string, Value>, name: string, value: Value, now: number) => {
    map.delete(name);
    if (size() >= maxEntries) {
      // Dropping any other entry instead would bring a revoked session back.
      notWholeUntil = now + keepFor;
      return;
    }
    map.set(name, value);
    filter.add(name);
    if (filter.isFull) filter = filterOf(sessions, users);
  };
  return {
    add: (entries, now) => {
      version += entries.length;
      for (const entry of entries) {
        if ('sid' in entry) put(sessions, entry.sid, now + keepFor, now);
        else put(users, entry.sub, { ...raise(users.get(entry.sub), entry), keepUntil: now + keepFor }, now);
      }
    },
    isRevoked: ({ sid, sub }, startedAt) => {
      if (filter.mayHold(sid) && sessions.has(sid)) return true;
      const levels = filter.mayHold(sub) ? users.get(sub) : undefined;
      return levels !== undefined && startedAt < effectiveFor(sid, levels);
    },
    isWhole: (now) => now >= notWholeUntil,
    prune: (now) => {
      dropOld(sessions, (keepUntil) => now >= keepUntil);
      dropOld(users, ({ keepUntil }) => now >= keepUntil);
    },
    get size() {
      return size();
    },
    get version() {
      return version;
    },
  };
}

const fewestNames = 1024;

/** With room for as many again, so that it is made anew ever more seldom. */
function filterOf(...maps: readonly ReadonlyMap<string, unknown>[]): NameFilter {
  const names = maps.reduce((sum, map) => sum + map.size, 0);
  const filter = createNameFilter(Math.max(fewestNames, 2 * names));
  for (const map of maps) for (const name of map.keys()) filter.add(name);
  return filter;
}

/** A step at a time: a day when everyone was signed out must not hold up requests when it is forgotten. */
const mostAtOnce = 20_000;

/** Lets go of the oldest for as long as they are old enough. */
function dropOld<Value>(map: Map<string, Value>, isOld: (value: Value) => boolean): void {
  let left = mostAtOnce;
  for (const [name, value] of map) {
    if (left === 0 || !isOld(value)) return;
    map.delete(name);
    left -= 1;
  }
}

/** The latest level that does not spare `sid`. */
function effectiveFor(sid: string, { latest, unsparing }: UserLevels): number {
  return latest.except === sid ? (unsparing?.before ?? 0) : latest.before;
}

/**
 * Levels combine as the latest, for each session by itself. Of all levels two suffice: whatever session the latest one
 * spares is caught by the next latest that does not spare that one.
 */
function raise(
  levels: UserLevels | undefined,
  entry: { before: number; except?: string },
): Omit<UserLevels, 'keepUntil'> {
  const added = { before: entry.before, except: entry.except };
  if (levels === undefined) return { latest: added, unsparing: undefined };
  const { latest, unsparing } = levels;
  if (added.except === latest.except && added.except !== undefined) {
    return { latest: later(latest, added), unsparing };
  }
  if (added.before > latest.before) return { latest: added, unsparing: latest };
  return { latest, unsparing: unsparing === undefined ? added : later(unsparing, added) };
}

function later(one: NotBefore, other: NotBefore): NotBefore {
  return other.before > one.before ? other : one;
}
