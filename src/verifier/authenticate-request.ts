/**
 * Finds the access token of a request (RFC 6750 section 2, RFC 9449 section 7.1), has it verified, and checks what this
 * request asks of it: scope (section 3.1) and how the user signed in (RFC 9470). Tokens are accepted in the `Authorization` header alone.
 */
import type { AccessTokenClaims } from '../protocol/access-token.ts';
import { isRecent } from '../protocol/is-recent.ts';
import type { BearerRequest } from './bearer-request.ts';
import type { CheckPossession, PresentedToken } from './check-possession.ts';
import { hasFormToken } from './has-form-token.ts';
import { type Requirement, type ResolvedRequirement, resolveRequirement } from './requirement.ts';
import type { VerifyResult } from './token-check.ts';
import type { VerifyErrorDetail, VerifyErrors } from './verify-error.ts';

export interface AuthenticationParts {
  /** Checks a token, bound to a key or not. */
  readonly verify: (token: string) => Promise<VerifyResult>;
  readonly checkPossession: CheckPossession;
  readonly errors: VerifyErrors;
  readonly now: () => number;
}

/** Rejects only with a `TypeError`, where `requirement` is not one. */
export async function authenticateRequest(
  { verify, checkPossession, errors, now }: AuthenticationParts,
  request: BearerRequest,
  requirement: Requirement = {},
): Promise<VerifyResult> {
  const resolved = resolveRequirement(requirement);
  const found = findToken(request);
  if (found.kind === 'none') return { ok: false, error: errors.noToken };
  if (found.kind === 'unacceptable') return { ok: false, error: errors.invalidRequest(found.detail) };
  const result = await verify(found.token);
  if (!result.ok) return result;
  // After the token, so that nobody without one makes us read a body.
  if (await hasFormToken(request)) return { ok: false, error: errors.invalidRequest('several_tokens') };
  const refusal = await checkPossession(request, found, result.claims);
  return refusal ? { ok: false, error: refusal } : checkRequirement(result, resolved, errors, now());
}

type FoundToken =
  | ({ readonly kind: 'token' } & PresentedToken)
  | { readonly kind: 'none' }
  | { readonly kind: 'unacceptable'; readonly detail: VerifyErrorDetail };

function findToken({ url, headers }: BearerRequest): FoundToken {
  // RFC 6750 section 2.3: addresses end up in logs and histories. Even beside a header it tells of a client that leaks.
  if (hasQueryToken(url)) return { kind: 'unacceptable', detail: 'token_in_query' };
  const [, scheme = '', token = ''] = /^(\S*) *(.*)$/s.exec(headers.get('authorization') ?? '') ?? [];
  const name = scheme.toLowerCase();
  if (name !== 'bearer' && name !== 'dpop') return { kind: 'none' };
  if (token === '') return { kind: 'unacceptable', detail: 'malformed_authorization' };
  // Two headers arrive as one with a comma. Whatever else is wrong with a token is for the verifier to say.
  const isOne = !/,\s*(bearer|dpop)\s/i.test(token);
  return isOne ? { kind: 'token', scheme: name, token } : { kind: 'unacceptable', detail: 'several_tokens' };
}

function hasQueryToken(url: string): boolean {
  const start = url.indexOf('?');
  return start >= 0 && new URLSearchParams(url.slice(start).split('#', 1)[0]).has('access_token');
}

function checkRequirement(
  result: { readonly ok: true; readonly claims: AccessTokenClaims },
  { scopes, maxAge, acrValues }: ResolvedRequirement,
  errors: VerifyErrors,
  now: number,
): VerifyResult {
  const { claims } = result;
  const granted = claims.scope?.split(' ') ?? [];
  if (!scopes.every((name) => granted.includes(name))) {
    return { ok: false, error: errors.insufficientScope(scopes.join(' ')) };
  }
  const asked = { maxAge, acrValues: acrValues.length === 0 ? undefined : acrValues.join(' ') };
  if (acrValues.length > 0 && !acrValues.includes(claims.acr ?? '')) {
    return { ok: false, error: errors.signInAgain('wrong_acr', asked) };
  }
  const isRecentEnough = maxAge === undefined || isRecent(claims.auth_time, maxAge, now);
  return isRecentEnough ? result : { ok: false, error: errors.signInAgain('sign_in_too_old', asked) };
}
