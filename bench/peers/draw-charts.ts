/**
 * A chart of each line that has been measured: `results/NAME.svg` of `results/NAME.json`. Bars are medians, lines across
 * their ends go from the least to the most of all runs, and a red tick is the bar to reach.
 */
import { writeFileSync } from 'node:fs';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Finding, Unit } from '../line.ts';
import { type ResultFile, readResultFiles } from '../report/result-file.ts';
import { median } from '../report/statistics.ts';

type Picture = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number];

for (const result of readResultFiles()) {
  const view = new View(parse(compile(describeChart(result)).spec), { renderer: 'none' });
  writeFileSync(new URL(`../results/${result.name}.svg`, import.meta.url), `${await view.toSVG()}\n`);
}

/** One picture below the other for each unit, since figures of different units do not share an axis. */
function describeChart({ title, findings }: ResultFile): TopLevelSpec {
  const byUnit = Map.groupBy(findings, ({ unit }) => unit);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    title: { text: title, anchor: 'start', fontSize: 14 },
    vconcat: [...byUnit].map(([unit, found]) => describePicture(unit, found)),
  };
}

function describePicture(unit: Unit, findings: readonly Finding[]): Picture {
  const values = findings.map(({ what, runs, bar }) => ({
    what,
    median: median(runs),
    least: Math.min(...runs),
    most: Math.max(...runs),
    bar: bar && ('atLeast' in bar ? bar.atLeast : bar.atMost),
  }));
  const y = { field: 'what', type: 'nominal', sort: null, title: null, axis: { labelLimit: 400 } } as const;
  return {
    width: 480,
    data: { values },
    encoding: { y },
    layer: [
      {
        mark: { type: 'bar', color: '#3b6ea5', height: 14 },
        encoding: { x: { field: 'median', type: 'quantitative', title: unit } },
      },
      {
        mark: { type: 'rule', color: '#1b2a3a', strokeWidth: 1.5 },
        encoding: { x: { field: 'least', type: 'quantitative' }, x2: { field: 'most' } },
      },
      {
        transform: [{ filter: 'isValid(datum.bar)' }],
        mark: { type: 'tick', color: '#c0392b', thickness: 2, size: 22 },
        encoding: { x: { field: 'bar', type: 'quantitative' } },
      },
    ],
  };
}
