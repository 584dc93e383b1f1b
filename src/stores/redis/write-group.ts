/**
 * Acts on the same row or user take turns in this process; those that wait while one is under way go together next. Acts on
 * different ones do not wait for each other: the driver puts what is sent at once into one round trip for each server.
 */

/** What became of each act of a group, in their order. */
export type Outcomes = readonly PromiseSettledResult<unknown>[];

export interface WriteGroups<Act> {
  /** Resolves with what the act came to. */
  run(key: string, act: Act): Promise<unknown>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

interface Entry<Act> {
  readonly act: Act;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** `perform` does all the acts on one key, or rejects where none of them was done. */
export function createWriteGroups<Act>(
  perform: (key: string, acts: readonly Act[]) => Promise<Outcomes>,
): WriteGroups<Act> {
  const waiting = new Map<string, Entry<Act>[]>();
  const working = new Set<Promise<void>>();

  async function work(key: string, entries: Entry<Act>[]): Promise<void> {
    while (entries.length > 0) {
      const group = entries.splice(0);
      const outcomes = await performGroup(key, group);
      group.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome?.status === 'fulfilled') resolve(outcome.value);
        else reject(outcome?.reason);
      });
    }
    waiting.delete(key);
  }

  async function performGroup(key: string, group: readonly Entry<Act>[]): Promise<Outcomes> {
    const acts = group.map(({ act }) => act);
    try {
      return await perform(key, acts);
    } catch (reason) {
      return acts.map(() => ({ status: 'rejected', reason }));
    }
  }

  return {
    run: (key, act) =>
      new Promise((resolve, reject) => {
        const entries = waiting.get(key) ?? [];
        entries.push({ act, resolve, reject });
        if (waiting.has(key)) return;
        waiting.set(key, entries);
        const done = work(key, entries).finally(() => working.delete(done));
        working.add(done);
      }),
    settled: async () => {
      while (working.size > 0) await Promise.all(working);
    },
  };
}
