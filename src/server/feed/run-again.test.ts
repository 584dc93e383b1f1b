import { expect, it } from 'vitest';
import { runAgain } from './run-again.ts';

it('runs once more for all who ask while it runs, and never twice at once', async () => {
  const runs: PromiseWithResolvers<void>[] = [];
  const ask = runAgain(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  const first = ask();
  await Promise.all([ask(), ask()]);
  expect(runs).toHaveLength(1);
  runs[0]?.resolve();
  await expect.poll(() => runs.length, { timeout: 30_000 }).toBe(2);
  runs[1]?.resolve();
  await first;
  expect(runs).toHaveLength(2);
  void ask();
  expect(runs).toHaveLength(3);
});
