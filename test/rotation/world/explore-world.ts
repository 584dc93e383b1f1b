/**
 * Walks every state that can be reached in a world, nearest first, and looks at every step with every property. The first
 * step that breaks a property therefore ends one of the shortest stories that do. It prints nothing.
 */
import { allMoves } from '../moves/all-moves.ts';
import type { Move, WorldEvent } from '../moves/move.ts';
import type { Property, Step } from '../properties/property.ts';
import { keyOf } from './key.ts';
import { initialState, type Setting } from './setting.ts';
import type { WorldState } from './world.ts';

/** How a property was broken: what happened from the start on, and what the last step did against the promise. */
export interface Counterexample {
  readonly property: Property;
  readonly complaint: string;
  readonly events: readonly WorldEvent[];
}

export interface Exploration {
  /** Distinct states, by their canonical form. */
  readonly states: number;
  /** Steps looked at. */
  readonly steps: number;
  /** How often the rule came to each kind of outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly counterexamples: readonly Counterexample[];
  /** `false` where it stopped early, because every property was broken or there were too many states. */
  readonly isComplete: boolean;
}

/** How a state was first reached: from which state, by which of its moves. */
interface Way {
  readonly from: number;
  readonly move: number;
}

interface Place {
  readonly state: WorldState;
  /** Of the way that led here. */
  readonly index: number;
}

/** Explores the world of `setting`, up to `maxStates` states. */
export function exploreWorld(setting: Setting, properties: readonly Property[], maxStates = 10_000_000): Exploration {
  const start = initialState(setting);
  const ways: Way[] = [{ from: -1, move: -1 }];
  const known = new Set([keyOf(setting, start)]);
  const jury = createJury(properties);
  const outcomes: Record<string, number> = {};
  let steps = 0;
  let level: Place[] = [{ state: start, index: 0 }];
  while (level.length > 0 && known.size < maxStates && jury.isSitting()) {
    const nextLevel: Place[] = [];
    for (const { state, index } of level) {
      for (const [number, move] of allMoves(setting, state).entries()) {
        steps += 1;
        countOutcome(outcomes, move);
        jury.judge({ setting, before: state, ...move }, () => eventsTo(setting, ways, index));
        const key = keyOf(setting, move.next);
        if (known.has(key)) continue;
        known.add(key);
        nextLevel.push({ state: move.next, index: ways.push({ from: index, move: number }) - 1 });
      }
    }
    level = nextLevel;
  }
  const { counterexamples } = jury;
  return { states: known.size, steps, outcomes, counterexamples, isComplete: level.length === 0 };
}

interface Jury {
  readonly counterexamples: readonly Counterexample[];
  isSitting(): boolean;
  judge(step: Step, before: () => readonly WorldEvent[]): void;
}

/** Looks at steps with every property that no earlier step has broken. */
function createJury(properties: readonly Property[]): Jury {
  const counterexamples: Counterexample[] = [];
  let unbroken = properties;
  return {
    counterexamples,
    isSitting: () => unbroken.length > 0,
    judge(step, before) {
      for (const property of unbroken) {
        const complaint = property.broken(step);
        if (complaint === undefined) continue;
        unbroken = unbroken.filter((other) => other !== property);
        counterexamples.push({ property, complaint, events: [...before(), step.event] });
      }
    },
  };
}

function countOutcome(outcomes: Record<string, number>, { event }: Move): void {
  if (!('at' in event)) return;
  const { kind } = event.outcome;
  outcomes[kind] = (outcomes[kind] ?? 0) + 1;
}

/** What happened on the way to the state at `index`, by taking that way once more from the start. */
function eventsTo(setting: Setting, ways: readonly Way[], index: number): WorldEvent[] {
  const moves: number[] = [];
  for (let way = ways[index]; way && way.from >= 0; way = ways[way.from]) moves.push(way.move);
  const events: WorldEvent[] = [];
  let state = initialState(setting);
  for (const number of moves.reverse()) {
    const move = allMoves(setting, state)[number];
    if (!move) throw new Error('the way to a state cannot be taken again: the moves are not a function of the state');
    events.push(move.event);
    state = move.next;
  }
  return events;
}
