// Attack: another text for the same token, to get past a list, a cache or a log that goes by the text.
import { describe, expect, it } from 'vitest';
import type { RevocationEntry } from '../../../src/protocol/wire.ts';
import { base64url, createFakeKey, FakeIssuer, signBytes, signRaw } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a genuine token', () => {
  const issuer = new FakeIssuer();
  const token = issuer.token({ jti: 'x' });
  const parts = token.split('.');
  const withPart = (place: number, change: (part: string) => string) =>
    parts.map((part, index) => (index === place ? change(part) : part)).join('.');

  const changes: Readonly<Record<string, (part: string) => string>> = {
    'with padding': (part) => `${part}=`,
    'with double padding': (part) => `${part}==`,
    'with white space before it': (part) => ` ${part}`,
    'with white space after it': (part) => `${part} `,
    'with a line break in it': (part) => `${part.slice(0, 4)}\n${part.slice(4)}`,
    'with a NUL in it': (part) => `${part.slice(0, 4)}\0${part.slice(4)}`,
    'with a character of no alphabet': (part) => `${part.slice(0, 4)}!${part.slice(4)}`,
    'with a letter that looks like one': (part) => part.replace(/[A-Za-z]/, 'А'),
    'with a full-width letter': (part) => part.replace(/[A-Za-z]/, 'Ａ'),
    'with one character more': (part) => `${part}A`,
    empty: () => '',
  };

  it.each(Object.keys(changes).flatMap((name) => [0, 1, 2].map((place) => ({ name, place }))))(
    'is refused $name, part $place',
    async ({ name, place }) => {
      expect(await judge(issuer, withPart(place, changes[name] ?? String))).not.toBe('ok');
    },
  );

  it('is refused with the other alphabet of base64', async () => {
    // A payload whose encoding surely has both characters that differ.
    const other = issuer.token({ note: '???>>>???>>>ÿÿÿþþþ' });
    expect(other).toMatch(/[-_]/);
    expect(await judge(issuer, other.replaceAll('-', '+').replaceAll('_', '/'))).toBe('not_base64url');
  });

  it.each([0, 1, 2])('is refused with left-over bits that are not zero, part %i', async (place) => {
    // Lengths that leave bits over: none of the parts is a multiple of three bytes.
    const claims = JSON.stringify(issuer.claims({ pad: '' }));
    const payload = claims.length % 3 === 0 ? claims.replace('"pad":""', '"pad":"-"') : claims;
    const header = JSON.stringify(issuer.header());
    const whole = signRaw(issuer.key, header.length % 3 === 0 ? `${header} ` : header, payload);
    expect(await judge(issuer, whole)).toBe('ok');
    const changed = whole.split('.').map((part, index) => {
      if (index !== place) return part;
      const last = alphabet.indexOf(part.at(-1) ?? '');
      return part.slice(0, -1) + alphabet[last ^ 1];
    });
    expect(await judge(issuer, changed.join('.'))).toBe('not_base64url');
  });

  it('is refused with more around it', async () => {
    for (const changed of [`${token}.`, `.${token}`, `${token}.A`, token.replace('.', '..'), token.replace('.', '')]) {
      expect(await judge(issuer, changed)).toBe('not_compact');
    }
  });
});

it('stays revoked when its signature is written in the other way that ECDSA leaves open', async () => {
  const issuer = new FakeIssuer();
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const claims = issuer.claims();
  const input = `${base64url(JSON.stringify(issuer.header()))}.${base64url(JSON.stringify(claims))}`;
  const signature = signBytes(issuer.key, Buffer.from(input));
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const mirrored = Buffer.concat([
    signature.subarray(0, 32),
    Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex'),
  ]);
  const [token, twin] = [signature, mirrored].map((bytes) => `${input}.${base64url(bytes)}`) as [string, string];
  const listeners: ((entries: readonly RevocationEntry[], headReadAt: number) => void)[] = [];
  const feed = {
    subscribe: (listener: (typeof listeners)[number]) => {
      listeners.push(listener);
      listener([], issuer.now / 1000);
      return () => {};
    },
  };
  const verifier = issuer.verifier({ feed });
  expect([await verifier.verify(token), await verifier.verify(twin)]).toMatchObject([{ ok: true }, { ok: true }]);
  listeners[0]?.([{ position: 1, sid: String(claims.sid) }], issuer.now / 1000);
  for (const text of [token, twin]) expect(await verifier.verify(text)).toMatchObject({ error: { detail: 'revoked' } });
});

it('does not take one key for another by its name in another case', async () => {
  const issuer = new FakeIssuer(createFakeKey('ES256', 'Key'), createFakeKey('ES256', 'key'));
  expect(await judge(issuer, issuer.token({}, { kid: 'key' }))).toBe('wrong_signature');
});
