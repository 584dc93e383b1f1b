/**
 * Measures several things in turns, so that whatever else the machine does hits all of them alike.
 */

/**
 * Each thing's results, one a run. Every run measures all of them, one after the other, and begins with another one. Where they
 * warm up, a run that does not count comes before the first: as `run`, it has the number `runs`.
 */
export async function inTurns<Result, Names extends string>(
  runs: number,
  say: (what: string) => void,
  measurements: Readonly<Record<Names, (run: number) => Promise<Result>>>,
  { warmUp = false }: { readonly warmUp?: boolean } = {},
): Promise<Record<Names, Result[]>> {
  const names = Object.keys(measurements) as Names[];
  for (const name of warmUp ? names : []) {
    say(`warming up: ${name}`);
    await measurements[name](runs);
  }
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Names, Result[]>;
  for (let run = 0; run < runs; run += 1) {
    for (const name of rotated(names, run)) {
      say(`run ${run + 1} of ${runs}: ${name}`);
      results[name].push(await measurements[name](run));
    }
  }
  return results;
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
