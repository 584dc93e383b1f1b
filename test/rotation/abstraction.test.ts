/**
 * The exploration takes states for the same that differ in nothing which could ever matter again (`world/key.ts`). If they
 * did differ in something, one of them would sooner or later have a successor that the other one lacks.
 */
import { describe, expect, it } from 'vitest';
import { decideRefresh } from '../../src/session/decide-refresh.ts';
import { worldNamed } from './check-world.ts';
import { allMoves } from './moves/all-moves.ts';
import { keyOf } from './world/key.ts';
import { createSetting, initialState, type Setting } from './world/setting.ts';
import type { WorldState } from './world/world.ts';

const names = ['cookie', 'own-storage', 'ends', 'two-servers', 'turns', 'in-step', 'key-bound', 'late-with-deadline'];
const alike = ['failover-cookie', 'failover-ended', 'clock-jumps', 'clock-jump-in-a-race', 'key-stolen'];
const moving = ['to-stateless', 'to-stored', 'moving-two-servers', 'moving-key-bound'];

describe('states that the exploration takes for the same', () => {
  it.each([...names, ...alike, ...moving])(
    'have the same successors: %s',
    (name) => {
      const setting = createSetting(worldNamed(name).bounds, { rule: decideRefresh, store: 'compare-and-set' });
      const { compared, different } = compareTwins(setting, 2500);
      expect(compared).toBeGreaterThan(1000);
      expect(different).toEqual([]);
    },
    120_000,
  );
});

/** Walks up to `maxStates` states, and compares each state that is met again with the one that was met first. */
function compareTwins(setting: Setting, maxStates: number): { compared: number; different: string[] } {
  const successorsOf = (state: WorldState): string => [...new Set(keysAfter(setting, state))].sort().join('\n');
  const start = initialState(setting);
  const known = new Map([[keyOf(setting, start), successorsOf(start)]]);
  const queue = [start];
  const different: string[] = [];
  let compared = 0;
  for (const state of queue) {
    for (const { event, next } of allMoves(setting, state)) {
      const key = keyOf(setting, next);
      const successors = successorsOf(next);
      const first = known.get(key);
      if (first !== undefined) {
        compared += 1;
        if (first !== successors) different.push(`after ${event.kind} at ${state.time}`);
      } else if (known.size < maxStates) {
        known.set(key, successors);
        queue.push(next);
      }
    }
  }
  return { compared, different };
}

function keysAfter(setting: Setting, state: WorldState): string[] {
  return allMoves(setting, state).map(({ next }) => keyOf(setting, next));
}
