/**
 * Shows a verifier many tokens near a genuine one, and insists that it refuses each as it refuses every other. What comes of
 * it besides, the reasons and the memory, is for whoever asks to judge.
 */
import type { VerifyResult } from '../../../src/verifier/index.ts';
import { createFakeKey, FakeIssuer } from '../../verifier/fake-issuer.ts';
import { createMutator, createRandom } from '../../verifier/mutate-token.ts';

export interface FuzzOrder {
  readonly tokens: number;
  /** The same tokens for the same seed. */
  readonly seed: number;
  readonly useWebCrypto: boolean;
  /** Is told how many tokens have been shown, now and then. */
  readonly onProgress?: (shown: number) => void;
}

export interface FuzzResult {
  /** How many tokens were refused for which reason. */
  readonly reasons: ReadonlyMap<string, number>;
  readonly cachedTokens: number;
  /** Requests that the tokens caused. */
  readonly requests: number;
  /** Whether the genuine token is accepted after all of them. */
  readonly acceptsGenuine: boolean;
}

const tellEvery = 10_000;

export async function fuzzVerifier({ tokens, seed, useWebCrypto, onProgress }: FuzzOrder): Promise<FuzzResult> {
  const issuer = new FakeIssuer(createFakeKey('ES256'));
  const verifier = issuer.verifier({ useWebCrypto });
  const mutate = createMutator(issuer, createRandom(seed));
  const genuine = issuer.token();
  const junk = await verifier.verify('x');
  const challenge = junk.ok ? undefined : junk.error.wwwAuthenticate;
  const reasons = new Map<string, number>();
  for (let shown = 0; shown < tokens; ) {
    const token = mutate(genuine);
    if (token === genuine) continue;
    const reason = reasonOf(await verifier.verify(token), challenge);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    shown += 1;
    if (shown % tellEvery === 0 || shown === tokens) onProgress?.(shown);
  }
  const { cachedTokens } = verifier.status();
  const { ok: acceptsGenuine } = await verifier.verify(genuine);
  return { reasons, cachedTokens, requests: issuer.requests.length, acceptsGenuine };
}

/** Why a token is refused; throws where it is not refused as every other is. */
function reasonOf(result: VerifyResult, challenge: string | undefined): string {
  if (result.ok) throw new Error('accepted');
  const { status, code, wwwAuthenticate, detail } = result.error;
  if (status !== 401 || code !== 'invalid_token' || wwwAuthenticate !== challenge)
    throw new Error(`answered with ${status}`);
  return detail;
}
