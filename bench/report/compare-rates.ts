/**
 * Rates under load, and how one of them compares with the others.
 */
import type { Bar, Finding } from '../line.ts';
import type { LoadResult } from '../load/run-load.ts';
import { ratios } from './statistics.ts';

type Rates = Readonly<Record<string, readonly LoadResult[]>>;

/** The ratio of `ours` to each thing that has a bar, run by run, and then the rates themselves. */
export function compareRates(rates: Rates, ours: string, bars: Readonly<Record<string, Bar | undefined>>): Finding[] {
  const rateOf = (name: string) => (rates[name] ?? []).map(({ rate }) => rate);
  return [
    ...Object.entries(bars).map(([name, bar]) => ({
      what: `${ours} / ${name}`,
      unit: '×' as const,
      runs: ratios(rateOf(ours), rateOf(name)),
      bar,
    })),
    ...Object.keys(rates).map((name) => ({ what: name, unit: '/s' as const, runs: rateOf(name) })),
  ];
}

/** How much of a core the generator took beside each server: that it was not the limit is to be seen, not believed. */
export function sayGeneratorShares(rates: Rates): string {
  const shares = Object.entries(rates).map(([name, results]) => {
    const most = Math.max(...results.map(({ generatorShare }) => generatorShare));
    return `${name} ${Math.round(most * 100)} %`;
  });
  return `the load generator took of one core, at most: ${shares.join(', ')}`;
}
