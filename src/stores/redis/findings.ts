/**
 * What an operator should know of a Redis server, or of a cluster's masters.
 */
import { type Finding, megabytes } from '../finding.ts';
import { fieldOf } from './requirements.ts';

/** How full memory may be, as a part of `maxmemory`. */
const fullest = 0.9;

/** `infos`: what each server that is written to says of itself. */
export function redisFindings(infos: readonly string[]): readonly Finding[] {
  const versions = [...new Set(infos.map((info) => fieldOf(info, 'redis_version')))];
  return [
    { verdict: 'good', text: `Redis ${versions.join(', ')} on ${infos.length} masters, maxmemory-policy noeviction` },
    ...infos.flatMap(masterFindings),
  ];
}

function masterFindings(info: string): readonly Finding[] {
  const name = `port ${fieldOf(info, 'tcp_port')}`;
  const replicas = [...info.matchAll(/^slave\d+:.*state=online/gm)].length;
  const [used, most] = [Number(fieldOf(info, 'used_memory')), Number(fieldOf(info, 'maxmemory'))];
  return [
    replicas > 0
      ? { verdict: 'good', text: `${name}: ${replicas} replicas up; sign-ins and sign-outs wait for one` }
      : { verdict: 'poor', text: `${name}: no replica; an acknowledged sign-out is on one machine alone` },
    fieldOf(info, 'aof_enabled') === '1'
      ? { verdict: 'good', text: `${name}: appendonly is on` }
      : { verdict: 'bad', text: `${name}: appendonly is off; a restart signs its users out` },
    most > 0 && used > most * fullest
      ? { verdict: 'bad', text: `${name}: memory is nearly full, ${megabytes(used)} of ${megabytes(most)}` }
      : { verdict: 'good', text: `${name}: ${megabytes(used)} of ${most === 0 ? 'all there is' : megabytes(most)}` },
  ];
}
