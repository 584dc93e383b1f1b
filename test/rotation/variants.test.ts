/** The exploration can fail: each broken variant is caught by the property it breaks, with a story to show for it. */
import { describe, expect, it } from 'vitest';
import { checkVariant, worldNamed } from './check-world.ts';
import { allProperties } from './properties/all-properties.ts';
import { tellStory } from './stories/tell-story.ts';
import { allVariants } from './variants/all-variants.ts';

describe('broken variants', () => {
  it.each(allVariants)(
    '$name is caught by "$breaks" in the world $world',
    (variant) => {
      const world = worldNamed(variant.world);
      expect(world.holds, 'our rule keeps that promise there').toContain(variant.breaks);
      const [counterexample] = checkVariant(variant).counterexamples;
      if (!counterexample) throw new Error('no property was broken');
      expect(counterexample.property.name).toBe(variant.breaks);
      expect(tellStory(counterexample, world.bounds)).toMatch(
        /^ {3}1\. A user signs in[\s\S]+So "[a-z -]+" is broken: /,
      );
    },
    120_000,
  );

  it('leave no property uncaught', () => {
    const caught = new Set<string>(allVariants.map(({ breaks }) => breaks));
    expect([...caught].sort()).toEqual(Object.keys(allProperties).sort());
  });

  it('are told in steps that a reader can follow', () => {
    const blindWrite = allVariants.find(({ name }) => name === 'blind-write');
    const [counterexample] = blindWrite ? checkVariant(blindWrite).counterexamples : [];
    if (!counterexample) throw new Error('no property was broken');
    expect(tellStory(counterexample, worldNamed('two-servers').bounds).split('\n')).toEqual([
      '   1. A user signs in and is given 0.0.',
      '   2. Tab 1 reads 0.0 and sends it.',
      "   3. Tab 1's request with 0.0 arrives. A server reads the row and decides: rotate, the answer is 1.0. It has not written yet.",
      '   4. The user signs out, or the device is removed, and this is acknowledged.',
      "   5. The server writes what it decided for tab 1's request with 0.0: rotate, the answer is 1.0.",
      'So "ended is ended" is broken: the session had ended and is live again.',
    ]);
  });
});
