/**
 * Failures of PostgreSQL under load, in a short form.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cutLine,
  killPrimary,
  openSite,
  type PostgresFault,
  type PostgresSite,
  promoteStale,
} from './postgres-faults.ts';
import { type DrillResult, runDrill, secret } from './run-drill.ts';
import { cli, freePort, startServer } from './server-process.ts';

let site: PostgresSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.remove());

async function drill({ name, losesWrites, fail }: PostgresFault): Promise<DrillResult> {
  const result = await runDrill({
    store: site.url,
    clients: 30,
    before: 2_000,
    after: 5_000,
    losesWrites,
    fail: (underWay) => fail(site, underWay),
  });
  console.log(`${name}:`, result);
  return result;
}

const harmless = { signedOut: 0, undone: 0, broken: [] };

/** Whether the fault was felt at all. */
function failuresIn({ answers }: DrillResult): number {
  return (answers['503'] ?? 0) + (answers['no answer'] ?? 0);
}

describe('servers on PostgreSQL', () => {
  it('end when they are told to, though no line leads to the database', async () => {
    const environment = { TALLYSTICK_STORE: site.url, TALLYSTICK_SECRET: secret };
    const server = await startServer(cli, await freePort(), environment);
    try {
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
      site.toDatabase.cut();
      await server.kill('SIGTERM');
    } finally {
      site.toDatabase.mend();
      await server.kill('SIGKILL');
    }
  });

  it('sign nobody out and undo no sign-out when the primary is killed and starts again', async () => {
    const result = await drill(killPrimary);
    expect(result).toMatchObject(harmless);
    expect(failuresIn(result)).toBeGreaterThan(0);
  });

  it('sign nobody out and decide nothing late when no line leads to the database', async () => {
    const result = await drill(cutLine);
    expect(result).toMatchObject(harmless);
    expect(failuresIn(result)).toBeGreaterThan(0);
  });

  // The last one: it leaves the site without its first primary.
  it('sign nobody out when the standby that takes over has missed the last rotations', async () => {
    const result = await drill(promoteStale);
    expect(result).toMatchObject(harmless);
    expect(result.answers.ahead).toBeGreaterThan(0);
  });
});
