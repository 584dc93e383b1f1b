/**
 * The same things on a small store and on larger ones: that they stay as they are, but for the depth of an index.
 */
import { execFileSync } from 'node:child_process';
import type { Bar, Extent, Finding, LineResult } from '../line.ts';
import { inTurns } from '../load/in-turns.ts';
import { type LoadResult, refreshing, runLoad } from '../load/run-load.ts';
import { shareOut } from '../load/share-out.ts';
import { median, ratios } from '../report/statistics.ts';
import { findPlace, openTallystick, type Place, startTallystick } from '../servers/tallystick.ts';
import type { Fill, FilledStore } from './filled-store.ts';
import { type OperationTimes, timeOperations } from './time-operations.ts';

const connections = 64;
const mostTokens = 100_000;

interface Site {
  readonly label: string;
  readonly store: FilledStore;
  readonly place: Place;
  readonly operations: OperationTimes;
  readonly bytesOfSession: number;
  readonly shares: readonly string[][];
}

/** What a server of its own came to in a run. */
interface Measured extends Pick<LoadResult, 'rate'> {
  /** Seconds from its start to its first answer. */
  readonly readyAfter: number;
  /** After the load, in MB. */
  readonly memory: number;
}

/** `sizes`: numbers of sessions, the smallest first, which the others are compared with. */
export async function measureScale(
  fill: Fill,
  sizes: readonly number[],
  { runs, seconds }: Extent,
  say: (what: string) => void,
): Promise<LineResult> {
  const sites: Site[] = [];
  try {
    for (const size of sizes) sites.push(await openSite(fill, size, runs, say));
    const measurements = sites.map((site) => [site.label, (run: number) => measureServer(site, run, seconds)] as const);
    const measured = await inTurns<Measured, string>(runs, say, Object.fromEntries(measurements));
    return { findings: compare(sites, measured), evidence: sayPlan(sites) };
  } finally {
    for (const { store } of sites) await store.remove();
  }
}

async function openSite(fill: Fill, size: number, runs: number, say: (what: string) => void): Promise<Site> {
  const label = `${size.toLocaleString('en')} sessions`;
  const store = await fill(size, (what) => say(`${label}: ${what}`));
  try {
    const place = await findPlace();
    say(`${label}: timing operations`);
    const bytesOfSession = (await store.sessionBytes()) / size;
    const operations = await operateOn(store, place);
    const tokens = store.plan.refreshTokens(Math.min(size, mostTokens), place.issuer);
    return { label, store, place, operations, bytesOfSession, shares: shareOut(tokens, 2 * runs) };
  } catch (error) {
    await store.remove();
    throw error;
  }
}

async function operateOn({ open, plan }: FilledStore, place: Place): Promise<OperationTimes> {
  const store = open();
  const auth = openTallystick(place, store);
  await auth.ready();
  try {
    return await timeOperations(auth, store, plan);
  } finally {
    await auth.close();
  }
}

/** How much memory a server takes differs from one process to the next, so that each run has its own. */
async function measureServer({ place, store, shares }: Site, run: number, seconds: number): Promise<Measured> {
  const startedAt = performance.now();
  const server = await startTallystick(place, store.name);
  const readyAfter = (performance.now() - startedAt) / 1000;
  const refresh = (values: readonly string[] = []) =>
    runLoad({ ...refreshing, connections, seconds, url: `${server.url}/token`, values });
  try {
    // A heap that is still growing into its load would say nothing about the number of sessions.
    await refresh(shares[2 * run]);
    const { rate } = await refresh(shares[2 * run + 1]);
    return { rate, readyAfter, memory: residentMegabytes(server.pid) };
  } finally {
    await server.kill('SIGTERM');
  }
}

function compare(sites: readonly Site[], measured: Readonly<Record<string, readonly Measured[]>>): Finding[] {
  const each = (name: keyof Measured) => (site: Site) => (measured[site.label] ?? []).map((one) => one[name]);
  const [rateOf, memoryOf] = [each('rate'), each('memory')];
  const [smallest] = sites;
  const largest = sites.at(-1);
  if (smallest === undefined || largest === undefined) return [];
  const between = `${largest.label} / ${smallest.label}`;
  const ofSites = (what: string, unit: Finding['unit'], runsOf: (site: Site) => readonly number[]) =>
    sites.map((site): Finding => ({ what: `${what}, ${site.label}`, unit, runs: runsOf(site) }));
  const ratio = (what: string, runs: readonly number[], bar: Bar): Finding => ({
    what: `${what}, ${between}`,
    unit: '×',
    runs,
    bar,
  });
  return [
    ratio('refreshes', ratios(rateOf(largest), rateOf(smallest)), { atLeast: 0.9 }),
    ratio('memory of the server', ratios(memoryOf(largest), memoryOf(smallest)), { atMost: 1.1 }),
    ...ofSites('refreshes', '/s', rateOf),
    ...ofSites('memory of the server', 'MB', memoryOf),
    ...ofSites('restart to ready', 's', each('readyAfter')),
    ...ofSites('a session on disk as filled', 'bytes', ({ bytesOfSession }) => [bytesOfSession]),
    ...operationNames(smallest).flatMap((name) => ofSites(name, 'ms', ({ operations }) => [median(operations[name])])),
  ];
}

function operationNames({ operations }: Site): (keyof OperationTimes)[] {
  return Object.keys(operations) as (keyof OperationTimes)[];
}

function residentMegabytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

function sayPlan(sites: readonly Site[]): string[] {
  return sites.map(
    ({ label, shares }) =>
      `${label}: ${shares.flat().length} of them stood ready to be refreshed, from everywhere in the table`,
  );
}
