/**
 * Load on one server, from a process of its own: `wrk` with the script beside this file, on a fixed number of connections
 * that stay open. Says how many were answered and how fast, and what the generator itself cost.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../tools/programs.mjs';
import { inTemporaryFolder } from './in-temporary-folder.ts';

export interface Load {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | undefined;
  readonly connections: number;
  readonly seconds: number;
  /** One for each session, all different. */
  readonly values: readonly string[];
  /** Where in a request the value stands: at the end of a form, or in a header. */
  readonly place: { readonly body: string } | { readonly header: string; readonly prefix: string };
  /** A Lua pattern that finds the session's next value in an answer; without it the value stays. */
  readonly next?: string | undefined;
  /** The status that answers have where it is not 200. */
  readonly refusedWith?: number | undefined;
}

export interface LoadResult {
  /** Requests a second, answered as they should be. */
  readonly rate: number;
  readonly answered: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** How much of one core the generator took. Far below 1, it is not what limits the rate. */
  readonly generatorShare: number;
}

/** A refresh of each session in turn: each answer's refresh token is the session's next request. */
export const refreshing: Pick<Load, 'method' | 'place' | 'next'> = {
  method: 'POST',
  place: { body: 'grant_type=refresh_token&refresh_token=' },
  next: '"refresh_token":"([^"]+)"',
};

const script = fileURLToPath(new URL('chain.lua', import.meta.url));

/** Runs the load to its end. Throws where a single answer was not as it should be. */
export async function runLoad(load: Load): Promise<LoadResult> {
  if (load.values.length === 0) throw new Error(`there is nothing to send to ${load.url}`);
  return inTemporaryFolder(async (folder) => {
    const values = join(folder, 'values');
    writeFileSync(values, `${load.values.join('\n')}\n`);
    return readResult(await runWrk(load, values), load);
  });
}

async function runWrk(load: Load, values: string): Promise<string> {
  const wrk = findProgram('wrk');
  if (wrk === undefined) throw new Error('wrk is not installed: `npm run bench` sees to it');
  const [place, prefix] = placeOf(load);
  // One thread, so that one queue holds all sessions.
  const how = ['-t', '1', '-c', String(load.connections), '-d', `${load.seconds}s`, '--timeout', '10s', '-s', script];
  const what = [
    load.url,
    '--',
    values,
    load.method ?? 'GET',
    place,
    prefix,
    ...(load.next === undefined ? [] : [load.next]),
  ];
  // A shell knows what its children have cost.
  const command = ['-c', '"$@"; times', 'sh', wrk, ...how, ...what];
  const child = spawn('sh', command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (!said.includes('result {')) throw new Error(`the load on ${load.url} came to nothing: ${said}${complaint}`);
  return said;
}

function placeOf({ place }: Load): [string, string] {
  return 'body' in place ? ['application/x-www-form-urlencoded', place.body] : [place.header, place.prefix];
}

interface Counted {
  readonly answered: number;
  readonly refused: number;
  readonly unchained: number;
  readonly lost: number;
  readonly timeouts: number;
  readonly micros: number;
  readonly p50: number;
  readonly p99: number;
  readonly lastStatus: number;
}

function readResult(said: string, load: Load): LoadResult {
  const counted = JSON.parse(/^result (.*)$/m.exec(said)?.[1] ?? '') as Counted;
  const seconds = counted.micros / 1_000_000;
  const good = load.refusedWith === undefined ? counted.answered : counted.refused;
  if (!isAsAsked(counted, load)) {
    throw new Error(`answers of ${load.url} were not as they should be: ${said}`);
  }
  return {
    rate: good / seconds,
    answered: good,
    p50: counted.p50 / 1000,
    p99: counted.p99 / 1000,
    generatorShare: childSeconds(said) / seconds,
  };
}

function isAsAsked(counted: Counted, { refusedWith }: Load): boolean {
  if (counted.lost > 0 || counted.timeouts > 0) return false;
  if (refusedWith === undefined) return counted.answered > 0 && counted.refused + counted.unchained === 0;
  return counted.refused > 0 && counted.answered === 0 && counted.lastStatus === refusedWith;
}

/** The last line of `times`: what the children have cost, user and system, as `0m1.234s 0m0.567s`. */
function childSeconds(said: string): number {
  const parts =
    said
      .trimEnd()
      .split('\n')
      .at(-1)
      ?.matchAll(/(\d+)m([\d.]+)s/g) ?? [];
  return [...parts].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}
