/**
 * Whether whoever presents an access token may: anybody for a bearer token, and for one that is bound to a key (RFC 9449
 * section 7) only who shows by a fresh proof, for this request and this token, that they hold that key.
 */
import type { AccessTokenClaims } from '../protocol/access-token.ts';
import { encodeBase64url } from '../protocol/base64url.ts';
import { canonicalJwk } from '../protocol/canonical-jwk.ts';
import {
  checkDpopProof,
  type DpopProof,
  isMendedByNonce,
  parseDpopProof,
  proofHeader,
  proofSignatureLength,
  singleUseText,
} from '../protocol/dpop-proof.ts';
import type { RememberOnce } from '../protocol/proof-memory.ts';
import type { BearerRequest } from './bearer-request.ts';
import { importKey } from './import-key.ts';
import type { NodeCrypto } from './node-crypto.ts';
import type { ProofNonces } from './proof-nonces.ts';
import type { ProofRefusal, VerifyError, VerifyErrors } from './verify-error.ts';

/** An access token, and how a request presents it. */
export interface PresentedToken {
  readonly scheme: 'bearer' | 'dpop';
  readonly token: string;
}

export interface PossessionParts {
  readonly errors: VerifyErrors;
  readonly now: () => number;
  readonly nonces: ProofNonces;
  readonly requiresNonce: boolean;
  readonly rememberOnce: RememberOnce;
  /** Where clients reach us; `undefined` where requests say it themselves. */
  readonly origin: string | undefined;
  readonly nodeCrypto: NodeCrypto | undefined;
}

/** What to answer where the request may not use the token, otherwise `undefined`. Never rejects. */
export type CheckPossession = (
  request: BearerRequest,
  presented: PresentedToken,
  claims: Pick<AccessTokenClaims, 'cnf'>,
) => Promise<VerifyError | undefined>;

const retryAfterSeconds = 5;

export function createPossessionCheck(parts: PossessionParts): CheckPossession {
  const { errors, now, nonces, rememberOnce } = parts;
  const refuse = async (reason: ProofRefusal) =>
    errors.invalidProof(reason, isMendedByNonce(reason) ? await nonces.issue(now()) : undefined);

  return async (request, { scheme, token }, { cnf }) => {
    // Section 7.2: else whoever has stolen a bound token would simply call it a bearer token.
    if (cnf === undefined) return scheme === 'bearer' ? undefined : errors.invalidToken('not_key_bound');
    if (scheme === 'bearer') return errors.invalidToken('key_bound');
    const checked = await checkProof(parts, request, token, cnf.jkt);
    if (!checked.ok) return refuse(checked.reason);
    const isFirst = await rememberOnce([checked.use]).then(
      ([first = false]) => first,
      () => undefined,
    );
    if (isFirst === undefined) return errors.unavailable('proof_memory_failed', retryAfterSeconds);
    return isFirst ? undefined : refuse('proof_replayed');
  };
}

type ProofVerdict =
  | { readonly ok: true; readonly use: { readonly key: string; readonly until: number } }
  | { readonly ok: false; readonly reason: ProofRefusal };

async function checkProof(
  { now: clock, nonces, requiresNonce, origin, nodeCrypto }: PossessionParts,
  { headers, method = '', url }: BearerRequest,
  token: string,
  thumbprint: string,
): Promise<ProofVerdict> {
  const header = headers.get(proofHeader.toLowerCase());
  if (header === null || header === undefined) return { ok: false, reason: 'missing_proof' };
  const parsed = parseDpopProof(header);
  if (!parsed.ok) return parsed;
  const { proof } = parsed;
  const now = clock();
  const checked = checkDpopProof(proof, {
    method,
    url: targetOf(url, origin),
    now,
    requiresNonce,
    accessTokenHash: await sha256(token),
    nonceGoodUntil: proof.nonce === undefined ? undefined : await nonces.goodUntil(proof.nonce, now),
  });
  if ((await sha256(canonicalJwk(proof.key))) !== thumbprint) return { ok: false, reason: 'wrong_key' };
  if (!(await isSigned(proof, nodeCrypto))) return { ok: false, reason: 'wrong_signature' };
  if (!checked.ok) return checked;
  return { ok: true, use: { key: await sha256(singleUseText(proof)), until: checked.usedUntil } };
}

/** A path alone names no server, and a `Host` header is whatever the sender wrote: then only `origin` will do. */
function targetOf(url: string, origin: string | undefined): string {
  if (origin === undefined) return url;
  return origin + (URL.canParse(url) ? new URL(url).pathname : url);
}

async function isSigned({ algorithm, key, jws }: DpopProof, nodeCrypto: NodeCrypto | undefined): Promise<boolean> {
  try {
    const jwk = { alg: algorithm, members: key, signatureLength: proofSignatureLength };
    return await (await importKey(jwk, nodeCrypto)).check(jws.signingInput, jws.signature);
  } catch {
    // Not a point on its curve.
    return false;
  }
}

async function sha256(text: string): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
}
