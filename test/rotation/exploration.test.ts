/** Every world, walked whole with our rule: what is promised of it holds, and what has to be broken is. */
import { describe, expect, it } from 'vitest';
import { checkWorld } from './check-world.ts';
import { allProperties } from './properties/all-properties.ts';
import { tellStory } from './stories/tell-story.ts';
import { type World, worlds } from './worlds.ts';

describe('the rotation rule, in every reachable state', () => {
  it.each(worlds)(
    '$name: holds $holds, breaks $breaks',
    (world) => {
      const { exploration, broken } = checkWorld(world);
      expect(exploration.isComplete || world.holds.length === 0, 'the whole world was walked').toBe(true);
      expect(unexpected(world, exploration)).toEqual([]);
      expect(broken).toEqual([...world.breaks].sort());
    },
    120_000,
  );
});

/** The stories of properties that were to hold. */
function unexpected(
  { breaks, bounds }: World,
  { counterexamples }: ReturnType<typeof checkWorld>['exploration'],
): string[] {
  return counterexamples
    .filter(({ property }) => !breaks.some((name) => name === property.name))
    .map((counterexample) => tellStory(counterexample, bounds));
}

describe('the worlds together', () => {
  it('hold every property somewhere', () => {
    const held = new Set<string>(worlds.flatMap(({ holds }) => holds));
    expect([...held].sort()).toEqual(Object.keys(allProperties).sort());
  });

  it('have names of their own', () => {
    expect(new Set(worlds.map(({ name }) => name)).size).toBe(worlds.length);
  });
});
