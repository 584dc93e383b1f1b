/**
 * The answer that carries tokens (RFC 6749 section 5.1), with the refresh token in the body or in a cookie.
 */
import { timeHeader } from '../../protocol/headers.ts';
import type { TokenDelivery, TokenPayload } from '../../protocol/wire.ts';
import type { Context } from '../context.ts';
import type { IssuedTokens } from '../operations/issue-tokens.ts';
import { type Answer, json } from './answer.ts';
import { nonceHeaders, type ReceivedProof } from './key-proof.ts';
import { refreshCookie } from './refresh-cookie.ts';

export interface DeliveredTokens {
  readonly tokens: IssuedTokens;
  readonly remember: boolean;
  readonly delivery: TokenDelivery;
  readonly received: ReceivedProof;
}

export function tokenAnswer(context: Context, { tokens, remember, delivery, received }: DeliveredTokens): Answer {
  const now = context.clock.now();
  const headers = { Pragma: 'no-cache', [timeHeader]: String(now), ...nonceHeaders(received) };
  if (delivery === 'body') return json(tokens satisfies TokenPayload, { headers });
  const cookie = refreshCookie(context, tokens, remember, now);
  const { refresh_token: _inCookie, ...payload } = tokens;
  return json(payload satisfies TokenPayload, { headers, cookies: [cookie] });
}
