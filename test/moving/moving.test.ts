import { expect, it } from 'vitest';
import { runMoving } from './run-moving.ts';

it('moves two servers under load to stateless sessions and back, and signs nobody out', async () => {
  const result = await runMoving({ servers: 2, clients: 6, retryWindowSeconds: 2 });
  console.log('moving:', result);
  expect(result).toMatchObject({ restarts: 12, signedOut: 0, leftBehind: 0, broken: [] });
  const answers = [...Object.keys(result.refreshes), ...Object.keys(result.uses)];
  expect(answers.filter((answer) => /^\d+$/.test(answer) && !['200', '503'].includes(answer))).toEqual([]);
  expect(result.refreshes).toMatchObject({ slide: expect.any(Number), rotate: expect.any(Number) });
}, 180_000);
