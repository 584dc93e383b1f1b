/**
 * Results as they are published: one JSON file a line in `results/`, with where and when it was measured.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Line, LineResult } from '../line.ts';

export interface ResultFile extends LineResult {
  readonly name: string;
  readonly title: string;
  readonly command: string;
  readonly measuredAt: string;
  readonly machine: string;
}

const folder = new URL('../results/', import.meta.url);

export function writeResultFile({ name, title }: Line, result: LineResult): void {
  const command = `npm run bench -- ${name}`;
  const file: ResultFile = { name, title, command, measuredAt: today(), machine: describeMachine(), ...result };
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(file, null, 2)}\n`);
}

/** Every line that has been measured, in no order. */
export function readResultFiles(): ResultFile[] {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith('.json'));
  return names.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as ResultFile);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function describeMachine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${memory}, ${type()}, Node ${process.versions.node}`;
}
