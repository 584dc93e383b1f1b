// An emergency: a signing key is stolen, and the operator takes it away. How long its tokens are still accepted, by the minute
// in which servers look at their keys and by how long verifiers keep a set: the bounds that docs/verifier.md states.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createVerifier, type Verifier, type VerifierOptions } from '../../src/verifier/index.ts';
import { issuer, openServer, type TestServer } from './open-server.ts';

/** How often servers look at their keys, in seconds. */
const round = 60;

/** Two servers on one store, a token that outlives the test, and one clock for all of it. */
async function setUp() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const operated = await openServer({ accessTokenSeconds: 7200 });
  const asked = await openServer({ store: operated.store });
  await asked.auth.ready();
  const { access_token: token } = await operated.login();
  const [key] = await operated.auth.signingKeys.list();
  let isCut = false;
  const fetch: VerifierOptions['fetch'] = async (url, init) => {
    if (isCut) throw new Error('the line is cut');
    return asked.auth.handler(new Request(url, init));
  };
  let passed = 0;
  return {
    publicKeys: asked.auth.publicKeys,
    verifierOf: (options: Partial<VerifierOptions> = {}) =>
      createVerifier({ issuer, audience: issuer, maxLifetimeSeconds: 7200, fetch, now: operated.now, ...options }),
    accepts: async (verifier: Verifier) => (await verifier.verify(token)).ok,
    remove: () => operated.auth.signingKeys.remove(key?.kid ?? ''),
    cut: () => {
      isCut = true;
    },
    pass: async (seconds: number) => {
      for (const end = passed + seconds; passed < end; ) {
        const step = Math.min(end - passed, round - (passed % round));
        passed += step;
        await operated.advance(step);
        await vi.advanceTimersByTimeAsync(step * 1000);
        await hasLooked(asked, Math.floor(passed / round));
      }
    },
  };
}

/** Resolves once a server has been through so many rounds, which end with its sweep. Time stands still until then. */
async function hasLooked({ store }: TestServer, rounds: number): Promise<void> {
  while (store.calls.filter((name) => name === 'removeExpired').length < rounds) await setImmediate();
}

/** Seconds after the removal of the last time that each verifier accepted the token, asked every second. */
async function lastAccepted(
  { accepts, pass: passTime }: Awaited<ReturnType<typeof setUp>>,
  verifiers: readonly Verifier[],
): Promise<readonly number[]> {
  const last = verifiers.map(() => -1);
  for (let second = 0; second < 420; second += 1) {
    for (const [index, verifier] of verifiers.entries()) if (await accepts(verifier)) last[index] = second;
    await passTime(1);
  }
  return last;
}

describe('a key that is taken away', () => {
  it('is out at every verifier within six minutes, however long before it fetched its keys', async () => {
    const world = await setUp();
    const verifiers: Verifier[] = [];
    for (const seconds of [40, 80, 100, 60, 9, 1]) {
      const verifier = world.verifierOf();
      expect(await world.accepts(verifier)).toBe(true);
      verifiers.push(verifier);
      await world.pass(seconds);
    }
    await world.remove();
    const last = await lastAccepted(world, verifiers);
    expect(Math.max(...last)).toBeLessThan(360);
    // The server that they ask has yet to notice, so none of them can have known at once.
    expect(Math.min(...last)).toBeGreaterThan(0);
  });

  it('is out within six minutes where everything comes at the worst moment, and not much sooner', async () => {
    const world = await setUp();
    const verifier = world.verifierOf();
    await world.pass(60);
    await world.remove();
    await world.pass(59);
    expect(await world.accepts(verifier)).toBe(true);
    await world.pass(299);
    expect(await world.accepts(verifier)).toBe(true);
    await world.pass(2);
    expect(await world.accepts(verifier)).toBe(false);
  });

  it('is out sooner at a verifier that keeps its keys for less, and in seconds after it is noticed in the same process', async () => {
    const world = await setUp();
    const verifiers = [world.verifierOf({ keyMaxAgeSeconds: 30 }), world.verifierOf({ jwks: world.publicKeys })];
    for (const verifier of verifiers) expect(await world.accepts(verifier)).toBe(true);
    await world.remove();
    const [remote, local] = await lastAccepted(world, verifiers);
    expect(remote).toBeLessThan(60 + 30);
    expect(local).toBeLessThan(60 + 5);
  });

  it('is out within the hard limit at a verifier that reaches nobody', async () => {
    const world = await setUp();
    const verifier = world.verifierOf({ keyHardLimitSeconds: 3600 });
    expect(await world.accepts(verifier)).toBe(true);
    await world.remove();
    world.cut();
    for (let minute = 1; minute < 60; minute += 1) {
      await world.pass(60);
      expect(await world.accepts(verifier)).toBe(true);
    }
    await world.pass(60);
    expect(await world.accepts(verifier)).toBe(false);
  });
});
