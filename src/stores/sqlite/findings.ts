/**
 * What an operator should know of a database file.
 */
import { statfsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { type Finding, megabytes } from '../finding.ts';

/** What was seen of the file and of the connection to it. */
export interface SqliteFacts {
  readonly version: string;
  readonly schemaVersion: number;
  readonly journalMode: string;
  /** 2 is FULL, 3 is EXTRA. */
  readonly synchronous: number;
  /** The file's permissions. */
  readonly mode: number;
  readonly fileBytes: number;
  readonly freeBytes: number;
}

/** Below this many bytes of free room a disk counts as nearly full. */
const littleRoom = 100_000_000;

export function readFacts(db: DatabaseSync, path: string): SqliteFacts {
  const ask = (text: string) => Object.values(db.prepare(text).get() ?? {})[0];
  const { mode, size } = statSync(path);
  const { bavail, bsize } = statfsSync(path);
  return {
    version: String(ask('SELECT sqlite_version()')),
    schemaVersion: Number(ask('PRAGMA user_version')),
    journalMode: String(ask('PRAGMA journal_mode')),
    synchronous: Number(ask('PRAGMA synchronous')),
    mode,
    fileBytes: size,
    freeBytes: bavail * bsize,
  };
}

export function sqliteFindings(facts: SqliteFacts): readonly Finding[] {
  const isDurable = facts.journalMode === 'wal' && facts.synchronous >= 2;
  const isPrivate = (facts.mode & 0o077) === 0;
  const hasRoom = facts.freeBytes > littleRoom;
  const size = `${megabytes(facts.fileBytes)} in the file, ${megabytes(facts.freeBytes)} free on its disk`;
  return [
    { verdict: 'good', text: `SQLite ${facts.version}, schema ${facts.schemaVersion}` },
    isDurable
      ? { verdict: 'good', text: 'durable: write-ahead log, synchronous=FULL' }
      : { verdict: 'bad', text: `not durable: ${facts.journalMode}, synchronous=${facts.synchronous}` },
    isPrivate
      ? { verdict: 'good', text: 'the file is its owner’s alone' }
      : { verdict: 'poor', text: 'others on this machine can read the file: chmod 600' },
    hasRoom ? { verdict: 'good', text: size } : { verdict: 'bad', text: `nearly full: ${size}` },
    { verdict: 'good', text: 'one machine: back the file up' },
  ];
}
