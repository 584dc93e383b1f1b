/**
 * The verifier's verdict on each of many cases, in the words that its logs would have. Runs in any runtime.
 */
import { createVerifier, type Verifier, verifyCompactJws } from '../../src/verifier/index.ts';
import type { TokenCase } from './token-case.ts';

/** `ok`, or why not, for each case in turn. */
export async function judgeCases(cases: readonly TokenCase[], useWebCrypto = false): Promise<readonly string[]> {
  const verifiers = new Map<string, Verifier>();
  const verdicts: string[] = [];
  for (const asked of cases) {
    verdicts.push(
      asked.kind === 'jws' ? await judgeJws(asked, useWebCrypto) : await judgeToken(asked, verifiers, useWebCrypto),
    );
  }
  return verdicts;
}

async function judgeJws(
  { token, jwk, algorithms }: TokenCase & { kind: 'jws' },
  useWebCrypto: boolean,
): Promise<string> {
  const result = await verifyCompactJws(token, jwk, { algorithms, useWebCrypto });
  return result.ok ? 'ok' : result.reason;
}

async function judgeToken(
  { token, jwks, now, options }: TokenCase & { kind: 'token' },
  verifiers: Map<string, Verifier>,
  useWebCrypto: boolean,
): Promise<string> {
  const name = JSON.stringify([jwks, now, options]);
  const verifier =
    verifiers.get(name) ?? createVerifier({ ...options, jwks: () => jwks, now: () => now, useWebCrypto });
  verifiers.set(name, verifier);
  const result = await verifier.verify(token);
  return result.ok ? 'ok' : result.error.detail;
}
