/**
 * The refresh token in a cookie that no script can read. Each session has a cookie of its own, named after the random part
 * of its id, so that a late answer for an old session never overwrites a new one.
 *
 * A cookie is sent by the browser whoever asks, so requests that rely on it need a header that a foreign page cannot set
 * without being allowed to, and an `Origin` that is (RFC 10017 section 6.1.3.3).
 */
import { getCookie } from 'hono/cookie';
import { serialize } from 'hono/utils/cookie';
import { clientHeader } from '../../protocol/headers.ts';
import { parseSessionId } from '../../protocol/session-id.ts';
import type { Context } from '../context.ts';
import type { IssuedTokens } from '../operations/issue-tokens.ts';
import type { Exchange } from './exchange.ts';
import { Problem } from './problem.ts';

/** Browsers keep a cookie for 400 days at most. */
const longestAge = 400 * 86_400;
const suffixLength = 8;

/** Refuses a request for cookies that a foreign page could have made. */
export function requireOwnPage({ settings }: Context, exchange: Exchange): void {
  const origin = exchange.req.header('origin');
  const hasHeader = exchange.req.header(clientHeader) !== undefined;
  if (hasHeader && origin !== undefined && settings.allowedOrigins.has(origin)) return;
  throw new Problem('forbidden_origin', {
    description: `Cookies are only for pages of an allowed origin that send ${clientHeader}.`,
  });
}

/** The session that the client's header names, where it names one. */
export function namedSession(exchange: Exchange): string | undefined {
  const sid = exchange.req.header(clientHeader);
  return sid !== undefined && parseSessionId(sid) ? sid : undefined;
}

/** The refresh token in the cookie of the session that the request names. */
export function readRefreshCookie(context: Context, exchange: Exchange): string | undefined {
  const sid = namedSession(exchange);
  return sid === undefined ? undefined : getCookie(exchange, cookieName(context, sid));
}

/** Every refresh token that came in a cookie of ours, the named session's first. */
export function allRefreshCookies(context: Context, exchange: Exchange): readonly string[] {
  const named = readRefreshCookie(context, exchange);
  const prefix = cookieName(context, '');
  const others = Object.entries(getCookie(exchange)).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [value] : [],
  );
  return [...new Set(named === undefined ? others : [named, ...others])];
}

/** The `Set-Cookie` value that carries a session's refresh token. */
export function refreshCookie(context: Context, tokens: IssuedTokens, remember: boolean, now: number): string {
  const name = cookieName(context, tokens.session_id);
  const left =
    tokens.refresh_token_expires_at === 0 ? longestAge : tokens.refresh_token_expires_at - Math.floor(now / 1000);
  return serialize(name, tokens.refresh_token, {
    ...attributes(context),
    ...(remember ? { maxAge: Math.max(0, Math.min(left, longestAge)) } : {}),
  });
}

/** The `Set-Cookie` value that removes a session's cookie. */
export function clearedCookie(context: Context, sid: string): string {
  return serialize(cookieName(context, sid), '', { ...attributes(context), maxAge: 0 });
}

/** The `Set-Cookie` values that remove every cookie of ours which came with the request, but the one of the session `sid`. */
export function clearedCookiesBut(context: Context, exchange: Exchange, sid: string): readonly string[] {
  const [prefix, kept] = [cookieName(context, ''), cookieName(context, sid)];
  return Object.keys(getCookie(exchange))
    .filter((name) => name.startsWith(prefix) && name !== kept)
    .map((name) => serialize(name, '', { ...attributes(context), maxAge: 0 }));
}

/** On plain http, which is for loopback alone, browsers take no `__Host-` cookie; the port keeps two servers apart. */
function cookieName({ settings: { issuer } }: Context, sid: string): string {
  const prefix = issuer.protocol === 'https:' ? '__Host-tallystick' : `tallystick-${issuer.port || '80'}`;
  return `${prefix}-${sid.slice(-suffixLength)}`;
}

function attributes({ settings: { issuer } }: Context) {
  return { httpOnly: true, secure: issuer.protocol === 'https:', sameSite: 'Strict', path: '/' } as const;
}
