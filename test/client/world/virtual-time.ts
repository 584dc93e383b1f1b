/**
 * True time, which nobody but the test moves. Everything that happens in the world is scheduled here, so that a run is the same each
 * time.
 */

interface Scheduled {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualTime {
  /** Milliseconds since the world began. */
  now = 0;
  #order = 0;
  readonly #queue = new Set<Scheduled>();

  /** Runs `run` after so many milliseconds, unless the returned function is called before. */
  schedule(run: () => void, milliseconds: number): () => void {
    this.#order += 1;
    const entry = { at: this.now + Math.max(0, milliseconds), order: this.#order, run };
    this.#queue.add(entry);
    return () => void this.#queue.delete(entry);
  }

  /** Lets so many milliseconds pass, with everything that happens in them. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.now + milliseconds;
    await settle();
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#queue.delete(next);
      this.now = next.at;
      next.run();
      await settle();
    }
    this.now = until;
  }

  /** Lets time pass until `promise` is settled, and gives what it was settled with. */
  async until<Result>(promise: Promise<Result>, longest = 600_000): Promise<Result> {
    let isSettled = false;
    const watched = promise.finally(() => {
      isSettled = true;
    });
    watched.catch(() => undefined);
    const end = this.now + longest;
    await settle();
    while (!isSettled) {
      const next = this.#next(end);
      if (!next) throw new Error('nothing more happens, and the promise is not settled');
      this.#queue.delete(next);
      this.now = next.at;
      next.run();
      await settle();
    }
    return watched;
  }

  #next(until: number): Scheduled | undefined {
    let first: Scheduled | undefined;
    for (const entry of this.#queue) {
      const isSooner = !first || entry.at < first.at || (entry.at === first.at && entry.order < first.order);
      if (entry.at <= until && isSooner) first = entry;
    }
    return first;
  }
}

/** Everything that follows without time passing has followed. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
