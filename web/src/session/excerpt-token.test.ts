import { expect, it } from 'vitest';
import { excerptToken } from './excerpt-token.ts';

it('shows both ends and never the whole', () => {
  const token = `tsr_${'0123456789'.repeat(6)}`;
  const excerpt = excerptToken(token);
  expect(excerpt).toBe('tsr_0123…456789');
  expect(token.length).toBeGreaterThan(3 * excerpt.length);
});
