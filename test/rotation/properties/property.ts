/** What a property is: a promise, what it assumes, and a look at one step of the world. */
import type { Move } from '../moves/move.ts';
import type { Setting } from '../world/setting.ts';
import type { WorldState } from '../world/world.ts';

/** One step that the world has taken. */
export interface Step extends Move {
  readonly setting: Setting;
  readonly before: WorldState;
}

/** A promise about every step. `broken` says in a sentence what a step did against it, or nothing. */
export interface Property {
  readonly name: string;
  readonly promise: string;
  readonly assumes: string;
  broken(step: Step): string | undefined;
}
