/** Explores one world with our rule or a variant of it, and compares what was found with what is promised. */
import { decideRefresh } from '../../src/session/decide-refresh.ts';
import { allProperties } from './properties/all-properties.ts';
import type { Variant } from './variants/variant.ts';
import { type Exploration, exploreWorld } from './world/explore-world.ts';
import { type Candidate, createSetting } from './world/setting.ts';
import type { WorldBounds } from './world/world.ts';
import { type World, worlds } from './worlds.ts';

const ours: Candidate = { rule: decideRefresh, store: 'compare-and-set' };

export interface CheckedWorld {
  readonly exploration: Exploration;
  /** Names of the properties that were broken, in order. */
  readonly broken: readonly string[];
  /** Whether exactly those properties were broken that had to be. */
  readonly isAsPromised: boolean;
}

/** Explores `world` with our rule; `bounds` may be larger than the world's own. */
export function checkWorld(world: World, bounds: WorldBounds = world.bounds): CheckedWorld {
  const names = [...world.holds, ...world.breaks];
  const exploration = exploreWorld(
    createSetting(bounds, ours),
    names.map((name) => allProperties[name]),
  );
  const broken = exploration.counterexamples.map(({ property }) => property.name).sort();
  const isWhole = exploration.isComplete || world.holds.length === 0;
  const isAsPromised = isWhole && broken.join() === [...world.breaks].sort().join();
  return { exploration, broken, isAsPromised };
}

/** Explores the world that a variant names until the property that it names is broken. */
export function checkVariant(variant: Variant): Exploration {
  return exploreWorld(createSetting(worldNamed(variant.world).bounds, variant), [allProperties[variant.breaks]]);
}

/** The world of that name; throws a `RangeError` where there is none. */
export function worldNamed(name: string): World {
  const found = worlds.find((world) => world.name === name);
  if (!found) throw new RangeError(`there is no world "${name}", only ${worlds.map((world) => world.name).join(', ')}`);
  return found;
}
