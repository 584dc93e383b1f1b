/**
 * `npm run explore`: walks every world and says what it found, then shows each broken variant's story.
 *
 *     npm run explore -- [--world NAME …] [--variant NAME …] [--depth N] [--exchange N --window N]
 *
 * `--depth` above 1 has more requests under way, each arriving twice, and more tokens and branches. `--exchange` and
 * `--window` set other lengths of time, in units. Larger worlds take minutes to hours and some GB of memory
 * (`NODE_OPTIONS=--max-old-space-size=8000`).
 */
import { parseArgs } from 'node:util';
import { checkVariant, checkWorld, worldNamed } from './check-world.ts';
import { allProperties } from './properties/all-properties.ts';
import { tellBounds } from './stories/tell-bounds.ts';
import { tellStory } from './stories/tell-story.ts';
import { allVariants } from './variants/all-variants.ts';
import type { Variant } from './variants/variant.ts';
import type { Counterexample } from './world/explore-world.ts';
import type { WorldBounds } from './world/world.ts';
import { deepen, type World, worlds } from './worlds.ts';

const { values } = parseArgs({
  options: {
    world: { type: 'string', multiple: true },
    variant: { type: 'string', multiple: true },
    depth: { type: 'string', default: '1' },
    exchange: { type: 'string' },
    window: { type: 'string' },
  },
});

const isWhole = values.world === undefined && values.variant === undefined;
const chosenWorlds = isWhole ? worlds : (values.world ?? []).map(worldNamed);
const chosenVariants = isWhole ? allVariants : (values.variant ?? []).map(variantNamed);

const began = performance.now();
let states = 0;
let surprises = 0;
if (chosenWorlds.length > 0) tellProperties();
for (const world of chosenWorlds) exploreAndTell(world);
for (const variant of chosenVariants) breakAndTell(variant);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `${figure(states)} states in ${seconds} s. ${surprises === 0 ? 'All as promised.' : `${surprises} not as promised.`}`,
);
process.exitCode = surprises === 0 ? 0 : 1;

function tellProperties(): void {
  console.log('Properties, and what each assumes:\n');
  for (const { name, promise, assumes } of Object.values(allProperties)) {
    console.log(`  ${name.padEnd(16)}${promise}\n${' '.repeat(18)}assumes: ${assumes}\n`);
  }
}

function exploreAndTell(world: World): void {
  const bounds = boundsOf(world);
  const { exploration, isAsPromised } = checkWorld(world, bounds);
  const { counterexamples, outcomes, isComplete } = exploration;
  states += exploration.states;
  if (!isAsPromised) surprises += 1;
  const broken = new Set(counterexamples.map(({ property }) => property.name));
  const held = [...world.holds, ...world.breaks].filter((name) => !broken.has(name));
  console.log(`World "${world.name}": ${world.about}`);
  console.log(`  bounds: ${tellBounds(bounds)}`);
  console.log(
    `  ${figure(exploration.states)} states, ${figure(exploration.steps)} steps${isComplete ? ', all of them' : ', as far as was needed'}`,
  );
  console.log(
    `  decided: ${Object.entries(outcomes)
      .map(([kind, count]) => `${kind} ${figure(count)}`)
      .join(', ')}`,
  );
  console.log(`  held: ${held.join(', ') || 'nothing'}`);
  for (const counterexample of counterexamples) tellBreach(world, counterexample, bounds);
  console.log('');
}

function tellBreach(world: World, counterexample: Counterexample, bounds: WorldBounds): void {
  const { name } = counterexample.property;
  const isPromised = world.breaks.some((promised) => promised === name);
  console.log(
    `  ${isPromised ? `"${name}" is broken here, as it has to be` : `NOT AS PROMISED: "${name}" is broken`}:`,
  );
  console.log(indent(tellStory(counterexample, bounds)));
}

function breakAndTell(variant: Variant): void {
  const exploration = checkVariant(variant);
  states += exploration.states;
  console.log(`Broken variant "${variant.name}": ${variant.about}`);
  const [counterexample] = exploration.counterexamples;
  if (counterexample) {
    console.log(
      `  "${variant.breaks}" catches it in the world "${variant.world}", after ${figure(exploration.states)} states:`,
    );
    console.log(indent(tellStory(counterexample, worldNamed(variant.world).bounds)));
  } else {
    surprises += 1;
    console.log(`  NOT AS PROMISED: "${variant.breaks}" does not catch it in the world "${variant.world}"`);
  }
  console.log('');
}

function boundsOf({ bounds }: World): WorldBounds {
  const deeper = deepen(bounds, positive('depth', values.depth));
  const exchange = positive('exchange', values.exchange ?? String(bounds.exchange));
  return { ...deeper, exchange, window: positive('window', values.window ?? String(bounds.window)) };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`--${name}: a whole number above 0`);
  return value;
}

function variantNamed(name: string): Variant {
  const found = allVariants.find((variant) => variant.name === name);
  if (!found) throw new TypeError(`--variant: one of ${allVariants.map((variant) => variant.name).join(', ')}`);
  return found;
}

function figure(value: number): string {
  return value.toLocaleString('en');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
