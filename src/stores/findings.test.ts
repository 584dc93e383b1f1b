import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { type PostgresFacts, postgresFindings } from './postgres/findings.ts';
import { redisFindings } from './redis/findings.ts';
import { type SqliteFacts, sqliteFindings } from './sqlite/findings.ts';

const worst = (findings: readonly Finding[]) =>
  findings.filter(({ verdict }) => verdict !== 'good').map(({ verdict, text }) => `${verdict} ${text}`);

const file: SqliteFacts = {
  version: '3.50.0',
  schemaVersion: 3,
  journalMode: 'wal',
  synchronous: 2,
  mode: 0o100600,
  fileBytes: 5_000_000,
  freeBytes: 50_000_000_000,
};

describe('what is found of a database file', () => {
  it.each<[Partial<SqliteFacts>, readonly string[]]>([
    [{}, []],
    [{ synchronous: 1 }, ['bad not durable: wal, synchronous=1']],
    [{ journalMode: 'delete' }, ['bad not durable: delete, synchronous=2']],
    [{ mode: 0o100640 }, ['poor others on this machine can read the file: chmod 600']],
    [{ freeBytes: 1_000_000 }, ['bad nearly full: 5 MB in the file, 1 MB free on its disk']],
  ])('with %o', (changes, expected) => {
    expect(worst(sqliteFindings({ ...file, ...changes }))).toEqual(expected);
  });
});

const server: PostgresFacts = {
  version: '15.8',
  schemaVersion: 2,
  fsync: 'on',
  fullPageWrites: 'on',
  synchronousCommit: 'on',
  synchronousStandbys: 'one',
  autovacuum: 'on',
  standbys: 1,
};

describe('what is found of a PostgreSQL server', () => {
  it.each<[Partial<PostgresFacts>, readonly string[]]>([
    [{}, []],
    [{ fsync: 'off' }, ['bad a crash loses what was answered: fsync is off']],
    [{ synchronousCommit: 'off' }, ['bad a crash loses what was answered: synchronous_commit is off']],
    [{ autovacuum: 'off' }, ['bad autovacuum is off: tables will grow without end']],
    [{ synchronousStandbys: '', standbys: 0 }, ['poor no standby: while this server is down, nobody can refresh']],
    [{ synchronousStandbys: '' }, ['poor 1 standbys, and no commit waits for one: a failover may undo a sign-out']],
  ])('with %o', (changes, expected) => {
    expect(worst(postgresFindings({ ...server, ...changes }))).toEqual(expected);
  });
});

const info = [
  'redis_version:7.0.15',
  'tcp_port:6379',
  'aof_enabled:1',
  'used_memory:50000000',
  'maxmemory:0',
  'slave0:ip=10.0.0.2,port=6379,state=online,offset=1,lag=0',
].join('\r\n');

describe('what is found of a Redis server', () => {
  it.each<[string, string, readonly string[]]>([
    ['', '', []],
    ['aof_enabled:1', 'aof_enabled:0', ['bad port 6379: appendonly is off; a restart signs its users out']],
    [
      'state=online',
      'state=wait_bgsave',
      ['poor port 6379: no replica; an acknowledged sign-out is on one machine alone'],
    ],
    ['maxmemory:0', 'maxmemory:51000000', ['bad port 6379: memory is nearly full, 50 MB of 51 MB']],
  ])('where %s is %s', (usual, unusual, expected) => {
    expect(worst(redisFindings([info.replace(usual, unusual)]))).toEqual(expected);
  });
});
