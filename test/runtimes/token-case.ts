/**
 * One question to the verifier and the answer that it must get in every runtime, as plain data that travels as JSON.
 */
import { appendFileSync } from 'node:fs';
import type { AlgorithmName } from '../../src/verifier/algorithms.ts';
import type { JwkSet, VerifierOptions } from '../../src/verifier/index.ts';

/** What of a verifier's options can be written down. */
export type PlainOptions = Pick<
  VerifierOptions,
  'issuer' | 'audience' | 'algorithms' | 'clockToleranceSeconds' | 'maxLifetimeSeconds' | 'maxTokenLength'
>;

/** A token for the verifier as a whole, or a JWS for the one function that looks at nothing but the signature. */
export type TokenCase =
  | {
      readonly kind: 'token';
      readonly token: string;
      readonly jwks: JwkSet;
      /** Milliseconds since the epoch. */
      readonly now: number;
      readonly options: PlainOptions;
    }
  | {
      readonly kind: 'jws';
      readonly token: string;
      readonly jwk: unknown;
      readonly algorithms: readonly AlgorithmName[];
    };

/** Set by the comparison of runtimes while it runs the attack suite: the file that takes what is asked there. */
const record = process.env.TALLYSTICK_TEST_CASES;

/** Writes a case down, where somebody collects them. */
export function recordCase(asked: TokenCase): void {
  if (record !== undefined) appendFileSync(record, `${JSON.stringify(asked)}\n`);
}
