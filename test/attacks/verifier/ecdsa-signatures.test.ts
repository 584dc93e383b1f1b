// Attack: signatures at the edge of what ECDSA and EdDSA allow (CVE-2022-21449 and its kin), or in another encoding.
import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { base64url, createFakeKey, FakeIssuer, type FakeKey, signBytes } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const field = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const scalar = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

function withSignature(
  issuer: FakeIssuer,
  key: FakeKey,
  change: (genuine: Buffer, input: Buffer) => Uint8Array,
): string {
  const input = `${base64url(JSON.stringify(issuer.header({}, key)))}.${base64url(JSON.stringify(issuer.claims()))}`;
  const bytes = Buffer.from(input);
  return `${input}.${base64url(Buffer.from(change(signBytes(key, bytes), bytes)))}`;
}

describe('ES256', () => {
  const issuer = new FakeIssuer(createFakeKey('ES256'));
  const edges = [0n, 1n, order - 1n, order, order + 1n, field, (1n << 256n) - 1n];
  const pairs = edges.flatMap((r) => edges.map((s) => ({ r, s })));

  it.each(pairs)('refuses r = $r, s = $s', async ({ r, s }) => {
    const token = withSignature(issuer, issuer.key, () => Buffer.concat([scalar(r), scalar(s)]));
    expect(await judge(issuer, token)).toBe('wrong_signature');
  });

  const changes: Readonly<Record<string, (genuine: Buffer, input: Buffer) => Buffer>> = {
    'as DER': (_, input) => sign('sha256', input, issuer.key.privateKey),
    'as DER, filled up to 64 bytes': () => Buffer.concat([Buffer.from('3006020101020101', 'hex'), Buffer.alloc(56)]),
    'with a zero after it': (genuine) => Buffer.concat([genuine, Buffer.alloc(1)]),
    'with two zeros after it': (genuine) => Buffer.concat([genuine, Buffer.alloc(2)]),
    'with a zero before each half': (genuine) =>
      Buffer.concat([Buffer.alloc(1), genuine.subarray(0, 32), Buffer.alloc(1), genuine.subarray(32)]),
    'twice over': (genuine) => Buffer.concat([genuine, genuine]),
    'short of a byte': (genuine) => genuine.subarray(0, 63),
    'with its halves exchanged': (genuine) => Buffer.concat([genuine.subarray(32), genuine.subarray(0, 32)]),
    'of one byte': () => Buffer.from([1]),
  };

  it.each(Object.keys(changes))('refuses a signature %s', async (name) => {
    const change = changes[name] ?? ((genuine: Buffer) => genuine);
    expect(await judge(issuer, withSignature(issuer, issuer.key, change))).toBe('wrong_signature');
  });

  it('refuses r moved by the order', async () => {
    // A genuine r below 2^256 - n would still fit: the sum is the same residue and must not pass.
    const token = withSignature(issuer, issuer.key, (genuine) => {
      const r = BigInt(`0x${genuine.subarray(0, 32).toString('hex')}`);
      return Buffer.concat([scalar((r + order) % (1n << 256n)), genuine.subarray(32)]);
    });
    expect(await judge(issuer, token)).toBe('wrong_signature');
  });
});

describe('Ed25519', () => {
  const issuer = new FakeIssuer(createFakeKey('Ed25519'));
  const order25519 = (1n << 252n) + 27742317777372353535851937790883648493n;
  const littleEndian = (value: bigint) => scalar(value).reverse();

  it('refuses s moved by the order, which is the same signature to a careless reader', async () => {
    const token = withSignature(issuer, issuer.key, (genuine) => {
      const s = BigInt(`0x${Buffer.from(genuine.subarray(32)).reverse().toString('hex')}`);
      return Buffer.concat([genuine.subarray(0, 32), littleEndian(s + order25519)]);
    });
    expect(await judge(issuer, token)).toBe('wrong_signature');
  });

  it.each([0, 63, 65, 128])('refuses a signature of %i zeros', async (length) => {
    const token = withSignature(issuer, issuer.key, () => new Uint8Array(length));
    expect(await judge(issuer, token)).toBe(length === 0 ? 'not_compact' : 'wrong_signature');
  });

  it('refuses a signature of 64 zeros', async () => {
    expect(
      await judge(
        issuer,
        withSignature(issuer, issuer.key, () => new Uint8Array(64)),
      ),
    ).toBe('wrong_signature');
  });
});

it.each(['RS256', 'PS256'] as const)(
  '%s refuses a signature of another length, and of another padding',
  async (alg) => {
    const issuer = new FakeIssuer(createFakeKey(alg));
    const options = { algorithms: [alg] };
    const other = createFakeKey(alg === 'RS256' ? 'PS256' : 'RS256');
    const tokens = [
      withSignature(issuer, issuer.key, (genuine) => Buffer.concat([Buffer.alloc(1), genuine])),
      withSignature(issuer, issuer.key, (genuine) => genuine.subarray(1)),
      withSignature(issuer, issuer.key, () => new Uint8Array(256)),
      withSignature(issuer, issuer.key, (_, input) => signBytes(other, input)),
    ];
    for (const token of tokens) expect(await judge(issuer, token, options)).toBe('wrong_signature');
  },
);
