// The verifier promises the same verdicts wherever it runs. `npm run runtimes` compares more tokens, the attack suite's among them.
import { describe, expect, it } from 'vitest';
import { findDifferences } from './find-differences.ts';
import { judgeCases } from './judge-cases.ts';
import { makeCases } from './make-cases.ts';
import { runtimes } from './runtimes.ts';

const cases = makeCases({ keys: ['ES256', 'Ed25519'], mutations: 100, seed: Date.now() % 2 ** 31 });
const expected = judgeCases(cases);

describe('the verifier', () => {
  it.each(runtimes)('comes to the same verdict on every token in $name', async ({ judge }) => {
    expect(findDifferences(cases, await expected, await judge(cases))).toEqual([]);
  });

  it('is asked about tokens of every kind', async () => {
    const verdicts = await expected;
    expect(verdicts.filter((verdict) => verdict === 'ok').length).toBeGreaterThan(500);
    const some = [
      'wrong_signature',
      'malformed_key',
      'weak_key',
      'not_utf8',
      'duplicate_member',
      'wrong_aud',
      'issued_in_future',
    ];
    expect([...new Set(verdicts)]).toEqual(expect.arrayContaining(some));
  });

  it('would be seen to differ in one verdict', () => {
    const verdicts = cases.map(() => 'ok');
    expect(findDifferences(cases, verdicts, verdicts.with(7, 'expired'))).toHaveLength(1);
    expect(findDifferences(cases, verdicts, verdicts.slice(1))).toHaveLength(1);
  });
});
