/**
 * What this process knows of attempts without asking the store: what it has said it refuses, and where those under way here,
 * or lately elsewhere, fill what there is. So a flood of guesses asks the store no more often than the limit allows.
 */
import type { AttemptLimit } from './attempt-limits.ts';

/** What can be said at once. `crowded` resolves when it is worth while to look again. */
export type Look =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly retryAfter: number }
  | { readonly kind: 'crowded'; readonly until: Promise<void> };

export interface AttemptsHere {
  look(limits: readonly AttemptLimit[]): Look;
  /** Takes a place in each, and gives the way to leave them. */
  enter(limits: readonly AttemptLimit[]): () => void;
  /** Remembers what the store has said: nobody is admitted for `retryAfter` milliseconds. */
  refuse(key: string, retryAfter: number): void;
  /** The same of a key that attempts elsewhere fill: for a moment, or until one leaves it here. */
  crowd(key: string): Promise<void>;
}

/** Each was paid for with as many failures as its limit is. Beyond these, the store is asked again. */
const mostRefused = 10_000;
/** How long, in milliseconds, until the store is asked again about a key that attempts elsewhere fill; up to twice of it. */
const shortestPause = 50;

/** `monotonic` gives milliseconds. */
export function createAttemptsHere(monotonic: () => number): AttemptsHere {
  const refusals = createRefusals(monotonic);
  const places = createPlaces();
  return {
    look: (limits) => {
      const retryAfter = Math.max(...limits.map(({ key }) => refusals.waitFor(key)));
      if (retryAfter > 0) return { kind: 'refused', retryAfter };
      const full = limits.flatMap((limit) => places.fullUntil(limit) ?? []);
      return full.length === 0 ? { kind: 'open' } : { kind: 'crowded', until: Promise.race(full) };
    },
    enter: (limits) => {
      for (const { key } of limits) places.enter(key);
      return () => {
        for (const { key } of limits) places.leave(key);
      };
    },
    refuse: refusals.add,
    crowd: places.crowd,
  };
}

function createRefusals(monotonic: () => number) {
  const refusedUntil = new Map<string, number>();
  return {
    add: (key: string, retryAfter: number): void => {
      const [oldest] = refusedUntil.keys();
      if (oldest !== undefined && refusedUntil.size >= mostRefused) refusedUntil.delete(oldest);
      refusedUntil.set(key, monotonic() + retryAfter);
    },
    waitFor: (key: string): number => {
      const wait = (refusedUntil.get(key) ?? 0) - monotonic();
      if (wait <= 0) refusedUntil.delete(key);
      return Math.max(0, wait);
    },
  };
}

/** The attempts here under one key. */
interface Place {
  underWay: number;
  /** Runs while attempts elsewhere fill what is left. */
  pause: NodeJS.Timeout | undefined;
  changed: PromiseWithResolvers<void>;
}

function createPlaces() {
  const places = new Map<string, Place>();
  const placeOf = (key: string): Place => {
    const place = places.get(key) ?? { underWay: 0, pause: undefined, changed: Promise.withResolvers() };
    places.set(key, place);
    return place;
  };
  /** Lets those who wait look again. */
  const change = (key: string, place: Place) => {
    clearTimeout(place.pause);
    place.pause = undefined;
    if (place.underWay === 0) places.delete(key);
    place.changed.resolve();
    place.changed = Promise.withResolvers();
  };
  return {
    enter: (key: string): void => {
      placeOf(key).underWay += 1;
    },
    leave: (key: string): void => {
      const place = placeOf(key);
      place.underWay -= 1;
      change(key, place);
    },
    crowd: (key: string): Promise<void> => {
      const place = placeOf(key);
      place.pause ??= setTimeout(() => change(key, place), shortestPause * (1 + Math.random()));
      return place.changed.promise;
    },
    fullUntil: ({ key, most }: AttemptLimit): Promise<void> | undefined => {
      const place = places.get(key);
      return place && (place.pause || place.underWay >= most) ? place.changed.promise : undefined;
    },
  };
}
