/**
 * What a line of the benchmark is: one file `NAME.bench.ts` that exports it as `line`, and that `npm run bench -- NAME`
 * runs alone. A line measures and says what it found; it prints and writes nothing.
 */

/** How much is asked of a line: little before a release, more where figures are published. */
export interface Extent {
  readonly short: boolean;
  /** How often everything is measured, in turns. */
  readonly runs: number;
  /** How long each measurement of a rate takes. */
  readonly seconds: number;
}

/** What a figure has to be, where it is asked to be anything. */
export type Bar = { readonly atLeast: number } | { readonly atMost: number };

export type Unit = '×' | '/s' | 'ms' | 'µs' | 's' | 'bytes' | 'MB' | '';

/** One figure, as it came out in each run. Ratios are made of two figures of the same run. */
export interface Finding {
  readonly what: string;
  readonly unit: Unit;
  readonly runs: readonly number[];
  readonly bar?: Bar | undefined;
}

export interface LineResult {
  readonly findings: readonly Finding[];
  /** What shows that the work was done as it is said: rows counted, flushes counted, who was the limit. */
  readonly evidence: readonly string[];
}

export interface Line {
  /** As on the command line. */
  readonly name: string;
  readonly title: string;
  /** Whether it takes minutes however little is asked of it: then the short form leaves it out, unless it is named. */
  readonly takesMinutes?: boolean;
  /** Whether no bar is set for anything that it measures: then the short form leaves it out as well. */
  readonly hasNoBar?: boolean;
  /** `say` shows what is going on. Throws where what was measured is not what it should be. */
  measure(extent: Extent, say: (what: string) => void): Promise<LineResult>;
}
