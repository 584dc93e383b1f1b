/**
 * Starts the bare server that rates are compared with, on one answer.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type ServerProcess, startServer } from '../../test/drills/server-process.ts';
import type { Answer } from './record-answer.ts';

const script = fileURLToPath(new URL('bare-server.ts', import.meta.url));

/** `folder` takes the file that tells the server what to answer. */
export async function startBare(answer: Answer, folder: string): Promise<ServerProcess> {
  return startServer([script, writeAnswer(answer, folder)], await freePort(), {});
}

/** Writes what the server is to answer; gives the path of the file. */
export function writeAnswer(answer: Answer, folder: string): string {
  const file = join(folder, 'answer.json');
  writeFileSync(file, JSON.stringify(answer));
  return file;
}
