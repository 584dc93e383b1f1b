/** A counterexample as a story: numbered steps in plain English, and what went wrong at the end of them. */
import type { WorldEvent } from '../moves/move.ts';
import type { Counterexample } from '../world/explore-world.ts';
import type { WorldBounds } from '../world/world.ts';
import { tellEvent } from './tell-event.ts';

/** The story of `counterexample`, one line a step. */
export function tellStory({ property, complaint, events }: Counterexample, bounds: WorldBounds): string {
  const sentences = ['A user signs in and is given 0.0.', ...tellEvents(events, bounds)];
  const steps = sentences.map((sentence, index) => `${String(index + 1).padStart(4)}. ${sentence}`);
  return [...steps, `So "${property.name}" is broken: ${complaint}.`].join('\n');
}

function tellEvents(events: readonly WorldEvent[], bounds: WorldBounds): string[] {
  const sentences: string[] = [];
  let passed = 0;
  for (const event of events) {
    if (event.kind === 'tick') {
      passed += 1;
      continue;
    }
    if (passed > 0) sentences.push(tellTime(passed, bounds));
    passed = 0;
    sentences.push(tellEvent(event, bounds.delivery));
  }
  return passed > 0 ? [...sentences, tellTime(passed, bounds)] : sentences;
}

function tellTime(units: number, { window }: WorldBounds): string {
  if (units === window) return 'A whole retry window passes.';
  return units === 2 * window
    ? 'Two retry windows pass.'
    : `${units} ${units === 1 ? 'unit' : 'units'} of time pass${units === 1 ? 'es' : ''}.`;
}
