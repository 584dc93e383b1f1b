/**
 * Whether a run leaks, from what was seen of its memory on the way. A leak goes on for as long as the run does; what is loaded,
 * compiled and filled for the first time is there by its middle. So what counts is the second half: neither what the program
 * holds on to nor what the process has of the machine may have grown in it by more than a bound.
 *
 * What a process has of the machine also grows by steps that are no leak: V8 doubles its young generation a few times, when
 * enough has outlived a collection. Whoever wants to judge by this runs with a young generation that has its size from the start.
 */

/** In megabytes. */
export interface Memory {
  /** What the program holds on to after garbage was collected: in V8's heap, and outside of it on behalf of an object. */
  readonly held: number;
  /** What the process has of the machine, the allocator's own and OpenSSL's included. */
  readonly resident: number;
}

export interface MemoryLook extends Memory {
  /** How many things had been done by then. */
  readonly done: number;
}

/** Bounds of the growth in the second half: of half a million things two bytes each, and eight. */
const mostGrowth: Memory = { held: 1, resident: 4 };

/** The fewest things that are all behind the beginning, so that the second half of them can be judged. */
export const fewestJudged = 200_000;

/** What grew, and by how much, in the second half of `looks`, which are in order. Empty where nothing did. */
export function findGrowth(looks: readonly MemoryLook[]): readonly string[] {
  const last = looks.at(-1);
  const middle = looks.findLast(({ done }) => done <= (last?.done ?? 0) / 2);
  if (last === undefined || middle === undefined) return ['memory was not looked at'];
  return (['held', 'resident'] as const)
    .map((what) => ({ what, growth: last[what] - middle[what] }))
    .filter(({ what, growth }) => growth > mostGrowth[what])
    .map(({ what, growth }) => `${what} memory grew by ${growth.toFixed(1)} MB from ${middle.done} to ${last.done}`);
}
