/**
 * What `createClient` takes, and what becomes of it. A mistake is a `TypeError` that names the option.
 */
import type { TokenDelivery } from '../protocol/wire.ts';
import type { ClientStorage } from './environment.ts';

export interface ClientOptions {
  /** Where the server is mounted: an absolute `https:` URL, or `http:` on loopback. */
  readonly issuer: string;
  /** The `client_id` of the sessions; the server's default unless given. */
  readonly clientId?: string;
  /** Space-separated; asked for at sign-in. */
  readonly scope?: string;
  /**
   * Where the refresh token lives. `cookie`, the default: in an HttpOnly cookie that no script can read. `body`: in
   * `storage`, for native apps and for Node.
   */
  readonly delivery?: TokenDelivery;
  /**
   * What survives the page, shared by its tabs. For `cookie` the id of the session, in `localStorage` by default; for `body` the
   * refresh token too, in memory by default.
   */
  readonly storage?: ClientStorage;
  /** Whether the user is asked before the session ends. By default it ends `'silent'`ly where they do nothing. */
  readonly renew?: 'silent' | 'ask';
  /** How long before the end the user is asked, in seconds; 60 by default, at least 20 (WCAG 2.2.1). */
  readonly askSeconds?: number;
  /** The origins whose requests get the access token; the issuer's alone by default. */
  readonly allowedOrigins?: readonly string[];
  /** Whether requests wait for the user to sign in again where the session has ended. By default in pages, not in scripts. */
  readonly park?: boolean;
  readonly fetch?: typeof fetch;
}

/** The options, complete and checked. */
export interface Settings {
  /** Without a slash at its end. */
  readonly issuer: string;
  readonly clientId: string | undefined;
  readonly scope: string | undefined;
  readonly delivery: TokenDelivery;
  readonly asks: boolean;
  /** Milliseconds. */
  readonly askBefore: number;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly parks: boolean;
}

const shortestAsk = 20;

/** Reads the options. Throws a `TypeError` that names the one that is wrong. */
export function readOptions(options: ClientOptions, hasPage: boolean): Settings {
  const { clientId, scope, delivery = 'cookie', renew = 'silent', askSeconds = 60, park = hasPage } = options;
  const issuer = readUrl('issuer', options.issuer);
  if (delivery !== 'cookie' && delivery !== 'body') throw new TypeError("delivery: 'cookie' or 'body'");
  if (renew !== 'silent' && renew !== 'ask') throw new TypeError("renew: 'silent' or 'ask'");
  if (!(askSeconds >= shortestAsk)) throw new TypeError(`askSeconds: at least ${shortestAsk}`);
  return {
    issuer: issuer.href.replace(/\/$/, ''),
    clientId,
    scope,
    delivery,
    asks: renew === 'ask',
    askBefore: askSeconds * 1000,
    allowedOrigins: new Set(
      (options.allowedOrigins ?? [issuer.origin]).map((origin) => readUrl('allowedOrigins', origin).origin),
    ),
    parks: park,
  };
}

/** A token sent over plain http is anybody's, so there only loopback will do. */
function readUrl(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '');
  if (url === undefined || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)))
    throw new TypeError(`${option}: an https URL, or http on loopback`);
  return url;
}
