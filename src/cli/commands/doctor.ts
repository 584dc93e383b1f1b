/**
 * `tallystick doctor`: looks over everything that a server of this configuration would stand on. One line for each look;
 * the store is opened as at a start, and otherwise nothing is changed.
 */
import { existsSync, statSync } from 'node:fs';
import type { Finding } from '../../stores/finding.ts';
import { type Config, readConfig } from '../config.ts';
import { type ConfiguredServer, createServer } from '../create-server.ts';
import { createNamedStore, type NamedStore } from '../open-store.ts';
import { secretPath } from '../root-secret.ts';

/** How far this machine's clock may be from the store's, in milliseconds, before it is worth a word. */
const clockTolerance = 1_000;

/** Gives every finding; the first that is bad and leaves nothing further to look at is the last. */
async function examine(environment: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  try {
    const config = readConfig(environment);
    const named = await createNamedStore(config.TALLYSTICK_STORE);
    findings.push(...configurationFindings(config), ...secretFindings(config, named));
    if (named.file !== undefined && !existsSync(named.file)) {
      return [...findings, { verdict: 'bad', text: `store: ${named.file} is not there; tallystick serve makes it` }];
    }
    const server = await createServer(config, () => {});
    try {
      findings.push(...(await serverFindings(server)));
    } finally {
      await server.auth.close();
    }
  } catch (error) {
    findings.push({ verdict: 'bad', text: error instanceof Error ? error.message : String(error) });
  }
  return findings;
}

/** Prints what was found; the exit code says whether anything of it is bad. */
export async function doctor(environment: NodeJS.ProcessEnv): Promise<void> {
  const findings = await examine(environment);
  process.stdout.write(findings.map(({ verdict, text }) => `${verdict}\t${text}\n`).join(''));
  process.exitCode = findings.some(({ verdict }) => verdict === 'bad') ? 1 : 0;
}

function configurationFindings(config: Config): readonly Finding[] {
  const issuer = config.TALLYSTICK_ISSUER ?? `http://localhost:${config.PORT}`;
  const { TALLYSTICK_FEED_SECRET: feedSecret } = config;
  return [
    issuer.startsWith('https:')
      ? { verdict: 'good', text: `issuer: ${issuer}` }
      : { verdict: 'poor', text: `issuer: ${issuer} is without TLS, which is for this machine alone` },
    feedSecret === undefined
      ? { verdict: 'poor', text: 'feed: off; an access token outlives its session by its own lifetime elsewhere' }
      : { verdict: 'good', text: 'feed: on' },
    ...(config.TALLYSTICK_EXPLAIN
      ? [{ verdict: 'poor', text: 'TALLYSTICK_EXPLAIN is not for production' } as const]
      : []),
  ];
}

function secretFindings(config: Config, { file }: NamedStore): readonly Finding[] {
  if (config.TALLYSTICK_SECRET)
    return [{ verdict: 'good', text: `secret: ${config.TALLYSTICK_SECRET.length} configured` }];
  const path = file === undefined ? undefined : secretPath(file);
  if (path === undefined || !existsSync(path)) return [];
  return (statSync(path).mode & 0o077) === 0
    ? [{ verdict: 'good', text: `secret: in ${path}, its owner’s alone; back it up with the database` }]
    : [{ verdict: 'bad', text: `secret: others on this machine can read ${path}: chmod 600` }];
}

async function serverFindings({ auth, store }: ConfiguredServer): Promise<readonly Finding[]> {
  const before = Date.now();
  const stored = await store.checkHealth();
  const apart = Math.max(0, before - stored, stored - Date.now());
  const engine = (await store.inspect()).map(({ verdict, text }): Finding => ({ verdict, text: `store: ${text}` }));
  const keys = await auth.signingKeys.list();
  const signing = keys.filter(({ state }) => state === 'signing').map(({ kid, algorithm }) => `${kid} (${algorithm})`);
  return [
    ...engine,
    apart <= clockTolerance
      ? { verdict: 'good', text: 'clock: this machine’s is the store’s, to a second' }
      : { verdict: 'poor', text: `clock: this machine’s is ${Math.round(apart / 1000)} s from the store’s` },
    { verdict: 'good', text: `signing keys: ${keys.length} published, ${signing.join()} signs` },
  ];
}
