/**
 * Lets acts on the same thing take turns within this server, in the order in which they came: they then wait here, and not
 * each on a connection of the pool for a lock that another of them has.
 */

/** Runs `act` when those that came before it with the same `key` are through, whatever came of them. */
export type TakeTurn = <Result>(key: string, act: () => Promise<Result>) => Promise<Result>;

export function createTurns(): TakeTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(act, act);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
