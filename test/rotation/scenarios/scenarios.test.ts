/** Every scenario of the kit, run against our rule, and against broken ones that they have to tell from ours. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allVariants } from '../variants/all-variants.ts';
import { worlds } from '../worlds.ts';
import { implementationOf } from './our-rule.ts';
import { runScenario } from './run-scenario.ts';
import { parseScenario } from './scenario.ts';

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const scenarios = files.map((name) => ({
  name,
  scenario: parseScenario(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))),
}));

const movingWorlds = new Set(worlds.filter(({ bounds }) => bounds.servers.length > 1).map(({ name }) => name));

describe('the scenarios', () => {
  it.each(scenarios)('$name: $scenario.title', async ({ scenario }) => {
    expect(await runScenario(scenario, implementationOf())).toEqual([]);
  });

  // What goes wrong only where servers of both modes meet, no scenario can tell: there is one server, whose tokens are its own.
  const ruleVariants = allVariants.filter(
    ({ store, world }) => store === 'compare-and-set' && !movingWorlds.has(world),
  );
  it.each(ruleVariants)('tell $name from our rule', async ({ rule }) => {
    const complaints = await Promise.all(
      scenarios.map(({ scenario }) => runScenario(scenario, implementationOf(rule))),
    );
    expect(complaints.flat()).not.toEqual([]);
  });

  it('are read strictly: a misspelt word is not passed over', () => {
    const [{ scenario } = { scenario: {} }] = scenarios;
    expect(() => parseScenario({ ...scenario, stpes: [] })).toThrow(/stpes/);
  });
});
