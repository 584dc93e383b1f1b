import { expect, it } from 'vitest';
import { createProofKey, type ProofOrder } from '../../test/dpop/proof-key.ts';
import { parseDpopProof, singleUseText } from './dpop-proof.ts';

const key = createProofKey();

function textOf(changes: Partial<ProofOrder>, by = key): string {
  const parsed = parseDpopProof(by.prove({ url: 'https://api.example/a', now: 0, ...changes }));
  if (!parsed.ok) throw new Error(parsed.reason);
  return singleUseText(parsed.proof);
}

it('a proof is remembered by its jti for one key, method and address, however that is written', () => {
  const text = textOf({ claims: { jti: 'x' } });
  expect(textOf({ claims: { jti: 'x', iat: 7 } })).toBe(text);
  for (const url of ['https://API.example:443/a', 'https://api.example/%61?b#c']) {
    expect(textOf({ url, claims: { jti: 'x' } })).toBe(text);
  }
  const others = [
    textOf({ claims: { jti: 'y' } }),
    textOf({ claims: { jti: 'x' }, method: 'GET' }),
    textOf({ claims: { jti: 'x' }, url: 'https://api.example/b' }),
    textOf({ claims: { jti: 'x' } }, createProofKey()),
  ];
  expect(new Set([text, ...others]).size).toBe(5);
});
