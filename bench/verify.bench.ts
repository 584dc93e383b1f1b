/**
 * How fast the verifier is: tokens it has not seen, against the bare signature check of the same algorithm; tokens it has
 * seen, against fast-jwt with its cache; and both beside what other libraries take. New tokens are all different. Known ones
 * come as new strings each time, as they do in requests, and the list of revocations, with 100,000 entries, is looked at for
 * each. What is counted is time of the processor, garbage collection included, in short turns one after the other.
 */
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { encodeSessionId } from '../src/protocol/session-id.ts';
import type { PublicJwk, RevocationEntry } from '../src/protocol/wire.ts';
import { createVerifier, type Verifier } from '../src/verifier/index.ts';
import type { Bar, Extent, Finding, Line, LineResult } from './line.ts';
import { loadPeers, type PeerVerifiers } from './peer-verifiers.ts';

const issuer = 'https://auth.example.com';
const audience = 'https://api.example.com';
const newTokens = 4000;
const turn = 100;
const knownTokens = 500;

type BenchAlgorithm = 'ES256' | 'Ed25519';

export const line: Line = {
  name: 'verify',
  title: 'verify an access token, against the bare signature check and other libraries',
  measure: async (extent, say) => {
    const findings: Finding[] = [];
    for (const alg of ['ES256', 'Ed25519'] as const) findings.push(...(await measureAlgorithm(alg, extent, say)));
    return { findings, evidence } satisfies LineResult;
  },
};

const evidence = [
  'every token was found good by everyone who was asked; 100,000 revocations were looked at for each of ours',
  'fast-jwt, jose and jsonwebtoken check signature, issuer, audience and expiry; ours also every claim of RFC 9068, type, duplicates and canonical encoding',
];

/** Seconds for a token, of everyone in one run. */
interface RunCosts {
  readonly bare: number;
  readonly new: number;
  readonly jose: number;
  readonly jsonwebtoken: number | undefined;
  readonly known: number;
  readonly fastJwtKnown: number | undefined;
}

async function measureAlgorithm(
  alg: BenchAlgorithm,
  { runs, short }: Extent,
  say: (what: string) => void,
): Promise<readonly Finding[]> {
  const signer = createSigner(alg);
  const verifier = await createWarmVerifier(signer.jwk);
  const peers = await loadPeers({ jwk: signer.jwk, issuer, audience });
  const knownRounds = short ? 200_000 : 1_000_000;
  // The first run is for the compiler.
  await measureRun(signer, verifier, peers, 100_000);
  const costs: RunCosts[] = [];
  for (let run = 0; run < runs; run += 1) {
    say(`${alg}, run ${run + 1} of ${runs}`);
    costs.push(await measureRun(signer, verifier, peers, knownRounds));
  }
  verifier.close();
  return toFindings(alg, costs);
}

async function measureRun(
  { signToken, bare }: ReturnType<typeof createSigner>,
  verifier: Verifier,
  peers: PeerVerifiers,
  knownRounds: number,
): Promise<RunCosts> {
  const tokens = Array.from({ length: newTokens }, signToken);
  const costs = { bare: 0, new: 0, jose: 0, jsonwebtoken: 0 };
  const { fastJwt, jsonwebtoken } = peers;
  for (let start = 0; start < newTokens; start += turn) {
    const some = tokens.slice(start, start + turn);
    costs.bare += await cost(turn, (index) => insist(bare(some[index] as Signed)));
    costs.new += await cost(turn, (index) => insist(verifier.check(some[index]?.token ?? '')?.ok));
    costs.jose += await cost(turn, (index) => peers.jose(some[index]?.token ?? ''));
    if (jsonwebtoken) costs.jsonwebtoken += await cost(turn, (index) => jsonwebtoken(some[index]?.token ?? ''));
  }
  const headers = tokens.slice(-knownTokens).map(({ token }) => Buffer.from(`Bearer ${token}`, 'latin1'));
  const arriving = (index: number) => (headers[index % knownTokens] as Buffer).toString('latin1').slice(7);
  const known = await cost(knownRounds, (index) => insist(verifier.check(arriving(index))?.ok));
  const fastJwtKnown = fastJwt && (await cost(knownRounds, (index) => fastJwt(arriving(index))));
  return {
    bare: costs.bare / newTokens,
    new: costs.new / newTokens,
    jose: costs.jose / newTokens,
    jsonwebtoken: jsonwebtoken && costs.jsonwebtoken / newTokens,
    known: known / knownRounds,
    fastJwtKnown: fastJwtKnown && fastJwtKnown / knownRounds,
  };
}

function toFindings(alg: BenchAlgorithm, costs: readonly RunCosts[]): readonly Finding[] {
  const of = (figure: (run: RunCosts) => number) => costs.map(figure);
  const unseen = `${alg}, new`;
  const known = `${alg}, known`;
  return [
    { what: `${unseen} / bare crypto.verify`, unit: '×', runs: of((run) => run.bare / run.new), bar: { atLeast: 0.9 } },
    { what: unseen, unit: '/s', runs: of((run) => 1 / run.new) },
    { what: `${unseen} / jose`, unit: '×', runs: of((run) => run.jose / run.new) },
    ...beside(`${unseen} / jsonwebtoken`, costs, ({ jsonwebtoken, new: ours }) => jsonwebtoken && jsonwebtoken / ours),
    { what: known, unit: '/s', runs: of((run) => 1 / run.known), bar: { atLeast: 1_000_000 } },
    ...beside(
      `${known} / fast-jwt’s cache`,
      costs,
      ({ fastJwtKnown, known: ours }) => fastJwtKnown && fastJwtKnown / ours,
      {
        atLeast: 2.5,
      },
    ),
  ];
}

/** A ratio to a library that may not have been asked. */
function beside(
  what: string,
  costs: readonly RunCosts[],
  ratio: (run: RunCosts) => number | undefined,
  bar?: Bar,
): readonly Finding[] {
  const runs = costs.map(ratio).filter((found) => found !== undefined);
  return runs.length === 0 ? [] : [{ what, unit: '×', runs, bar }];
}

interface Signed {
  readonly input: Buffer;
  readonly signature: Buffer;
  readonly token: string;
}

function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function newSid(): string {
  return encodeSessionId({ shardTag: randomBytes(4), startedAt: Date.now(), random: randomBytes(6) });
}

function createSigner(alg: BenchAlgorithm) {
  const pair = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const hash = alg === 'ES256' ? 'sha256' : null;
  const dsaEncoding = 'ieee-p1363' as const;
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'bench', alg, use: 'sig' } as PublicJwk;
  const signToken = (): Signed => {
    const iat = Math.floor(Date.now() / 1000);
    const times = { iat, exp: iat + 900, auth_time: iat };
    const names = {
      iss: issuer,
      aud: audience,
      sub: randomBytes(8).toString('hex'),
      client_id: 'app',
      scope: 'read write',
    };
    const claims = { ...names, ...times, jti: randomBytes(16).toString('base64url'), sid: newSid() };
    const input = Buffer.from(`${encodeJson({ alg, typ: 'at+jwt', kid: 'bench' })}.${encodeJson(claims)}`);
    const signature = sign(hash, input, { key: pair.privateKey, dsaEncoding });
    // One flat text, as a request's header is: of a text put together here the first to read it would pay for the joining.
    const token = Buffer.from(`${input}.${signature.toString('base64url')}`).toString('latin1');
    return { input, signature, token };
  };
  // Each in the shortest form that Node has for it: only ECDSA needs to be told the encoding.
  const key = alg === 'ES256' ? { key: pair.publicKey, dsaEncoding } : pair.publicKey;
  const bare = ({ input, signature }: Signed) => verify(hash, input, key, signature);
  return { jwk, signToken, bare };
}

async function createWarmVerifier(jwk: PublicJwk): Promise<Verifier> {
  const entries: RevocationEntry[] = Array.from({ length: 100_000 }, (_, index) =>
    index % 2 === 0
      ? { position: index, sid: newSid() }
      : { position: index, sub: `user-${index}`, before: Date.now() },
  );
  const feed = {
    subscribe: (listener: (entries: readonly RevocationEntry[], headReadAt: number) => void) => {
      listener(entries, Math.floor(Date.now() / 1000));
      return () => {};
    },
  };
  const verifier = createVerifier({ issuer, audience, jwks: { keys: [jwk] }, feed, maxStalenessSeconds: 3600 });
  await verifier.ready();
  return verifier;
}

function insist(isGood: boolean | undefined): void {
  if (isGood !== true) throw new Error('a good token was refused');
}

/** Seconds of the processor, garbage collection included, so that other programs on this machine count for less. */
async function cost(count: number, run: (index: number) => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) {
    const answer = run(index);
    if (answer instanceof Promise) await answer;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}
