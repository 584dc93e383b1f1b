/**
 * How fast the verifier is, as ratios to the bare signature check of the same algorithm in the same run. Run by hand:
 *
 *     node bench/verify.bench.ts
 *
 * New tokens are all different and seen once. Known tokens come as new strings each time, as they do in requests, and the
 * list of revocations, filled with 100,000 entries, is looked at for each.
 */
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { encodeSessionId } from '../src/protocol/session-id.ts';
import type { PublicJwk, RevocationEntry } from '../src/protocol/wire.ts';
import { createVerifier, type Verifier } from '../src/verifier/index.ts';

const issuer = 'https://auth.example.com';
const audience = 'https://api.example.com';
const newTokens = 4000;
const knownTokens = 500;
const knownRounds = 1_000_000;
const runs = 5;

type BenchAlgorithm = 'ES256' | 'Ed25519';

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
    return { input, signature, token: `${input}.${signature.toString('base64url')}` };
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

/** Seconds of the processor, garbage collection included, so that other programs on this machine count for less. */
function cost(count: number, run: (index: number) => boolean): number {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) if (!run(index)) throw new Error('a good token was refused');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`;

async function benchAlgorithm(alg: BenchAlgorithm): Promise<void> {
  const { jwk, signToken, bare } = createSigner(alg);
  const ratios: number[] = [];
  const newRates: number[] = [];
  const knownRates: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const verifier = await createWarmVerifier(jwk);
    const tokens = Array.from({ length: newTokens }, signToken);
    const at = (index: number) => tokens[index % tokens.length] as Signed;
    // One after the other in short turns, so that whatever else this machine does hits both alike.
    const turns = { bare: 0, ours: 0 };
    for (let turn = 0; turn < newTokens; turn += 100) {
      turns.bare += cost(100, (index) => bare(at(turn + index)));
      turns.ours += cost(100, (index) => verifier.check(at(turn + index).token)?.ok === true);
    }
    ratios.push(turns.bare / turns.ours);
    newRates.push(newTokens / turns.ours);
    const headers = tokens.slice(0, knownTokens).map(({ token }) => Buffer.from(`Bearer ${token}`, 'latin1'));
    const known = cost(knownRounds, (index) => {
      const header = (headers[index % knownTokens] as Buffer).toString('latin1');
      return verifier.check(header.slice(7))?.ok === true;
    });
    knownRates.push(knownRounds / known);
  }
  console.log(
    `${alg}  new    ${perSecond(median(newRates))}, ${median(ratios).toFixed(3)} × bare crypto.verify (at least 0.9)`,
  );
  console.log(`${alg}  known  ${perSecond(median(knownRates))}, feed looked at each time (at least 1,000,000/s)`);
}

for (const alg of ['ES256', 'Ed25519'] as const) await benchAlgorithm(alg);
