import { describe, expect, it } from 'vitest';
import { describeEvent } from './describe-event.ts';

const refreshed = (outcome: string) =>
  describeEvent({ kind: 'refreshed', party: 'thief', outcome, generation: 3, branch: 1 });

describe('describeEvent', () => {
  it.each(['rotate', 'retry', 'rebranch', 'ahead'])(
    'names the outcome %s and where the new token stands',
    (outcome) => {
      const words = refreshed(outcome);
      expect(words).toMatchObject({ party: 'thief', verdict: outcome });
      expect(words.sentence).toMatch(/generation 3, branch 1/);
    },
  );

  it('says what was handed out where the server does not explain itself', () => {
    expect(refreshed('').sentence).toMatch(/generation 3, branch 1/);
  });

  it('says that a replay ends the session for both', () => {
    const words = describeEvent({ kind: 'refused', party: 'owner', why: 'replayed' });
    expect(words).toMatchObject({ verdict: 'replayed', tone: 'bad' });
    expect(words.sentence).toMatch(/ends the session for both/);
  });

  it('shows what a thief sees', () => {
    const words = describeEvent({ kind: 'balance', party: 'thief', balanceCents: 241_860, currency: 'EUR' });
    expect(words.sentence).toMatch(/€2,418\.60/);
  });
});
