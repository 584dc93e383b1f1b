/**
 * Refreshes on SQLite, every one a rotation on disk, against the systems that people would use instead: oidc-provider's
 * refresh grant on its in-memory adapter, which also rotates each time but keeps nothing, and Better Auth issuing a JWT from
 * a session on SQLite, which rotates and writes nothing. All sign ES256, which is looked at in an answer of each.
 */
import type { Extent, Line, LineResult } from './line.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { inTurns } from './load/in-turns.ts';
import { type Load, refreshing, runLoad } from './load/run-load.ts';
import { shareOut } from './load/share-out.ts';
import { compareRates, sayGeneratorShares } from './report/compare-rates.ts';

import { describeAnswer } from './servers/describe-answer.ts';
import { serveSqlite } from './servers/serve-sqlite.ts';
import { type Peer, startPeer } from './servers/start-peer.ts';

const connections = 64;
const sessions = 8_000;
/** Its in-memory adapter keeps the newest 1,000 entries, and each session needs four of them. */
const sessionsOfOidcProvider = 128;
/** Each costs a password hash before the start, and nothing is different for more of them. */
const sessionsOfBetterAuth = 16;

export const line: Line = {
  name: 'refresh-peers',
  title: 'refresh on SQLite, against what people would use instead',
  measure: (extent, say) => inTemporaryFolder((folder) => measure(folder, extent, say)),
};

type LoadOn = (server: { readonly url: string; readonly values: readonly string[] }) => Load;

async function measure(folder: string, { runs, seconds }: Extent, say: (what: string) => void): Promise<LineResult> {
  const load = { connections, seconds };
  const toTallystick: LoadOn = ({ url, values }) => ({ ...load, ...refreshing, url: `${url}/token`, values });
  const place = { body: 'grant_type=refresh_token&client_id=app&refresh_token=' };
  const toOidcProvider: LoadOn = (server) => ({ ...toTallystick(server), place });
  const cookie = { header: 'Cookie', prefix: '' };
  const toBetterAuth: LoadOn = ({ url, values }) => ({ ...load, url: `${url}/api/auth/token`, values, place: cookie });

  say('starting the servers, their users signing in');
  const ours = await serveSqlite(folder, sessions);
  const betterAuth = await startBetterAuth(folder);
  const cachedBetterAuth = await startBetterAuth(folder, { COOKIE_CACHE: '1' });
  const shares = shareOut(ours.tokens, runs + 1);
  const our = (share: number) => toTallystick({ url: ours.url, values: shares[share] ?? [] });
  try {
    const rates = await inTurns(runs, say, {
      Tallystick: (run) => runLoad(our(run)),
      'oidc-provider': () => onOidcProvider(folder, (server) => runLoad(toOidcProvider(server))),
      'Better Auth': () => runLoad(toBetterAuth(betterAuth)),
      'Better Auth with its cookie cache': () => runLoad(toBetterAuth(cachedBetterAuth)),
    });
    return {
      findings: compareRates(rates, 'Tallystick', {
        'oidc-provider': { atLeast: 6 },
        'Better Auth': { atLeast: 20 },
        'Better Auth with its cookie cache': undefined,
      }),
      evidence: [
        `Tallystick answers: ${await describeAnswer(our(runs))}`,
        `oidc-provider answers: ${await onOidcProvider(folder, (server) => describeAnswer(toOidcProvider(server)))}`,
        `Better Auth answers: ${await describeAnswer(toBetterAuth(betterAuth))}`,
        sayGeneratorShares(rates),
      ],
    };
  } finally {
    for (const server of [ours, betterAuth, cachedBetterAuth]) await server.kill('SIGTERM');
  }
}

/** A new one each time: its adapter would have dropped the sessions that another measurement left alone. */
async function onOidcProvider<Result>(folder: string, act: (server: Peer) => Promise<Result>): Promise<Result> {
  const server = await startPeer({ script: 'oidc-provider-server.ts', folder, sessions: sessionsOfOidcProvider });
  try {
    return await act(server);
  } finally {
    await server.kill('SIGTERM');
  }
}

function startBetterAuth(folder: string, environment: Readonly<Record<string, string>> = {}): Promise<Peer> {
  return startPeer({ script: 'better-auth-server.ts', folder, sessions: sessionsOfBetterAuth, environment });
}
