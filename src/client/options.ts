/**
 * What `createClient` takes, and what becomes of it. A mistake is a `TypeError` that names the option.
 */
import type { TokenDelivery } from '../protocol/wire.ts';
import type { ClientStorage } from './environment.ts';

export interface ClientOptions {
  /** Where the server is mounted: an absolute URL. Not checked: that it is `https:`, as it has to be wherever it is not on loopback. */
  readonly issuer: string;
  /** The `client_id` of the sessions; the server's default unless given. */
  readonly clientId?: string;
  /** Space-separated; asked for at sign-in. None unless given. */
  readonly scope?: string;
  /**
   * Where the refresh token lives, from the next sign-in on. `cookie`, the default: in an HttpOnly cookie that no script can read.
   * `body`: in `storage`, for native apps and for Node.
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
  /** The origins that requests may carry the access token to; the issuer's alone by default. */
  readonly allowedOrigins?: readonly string[];
  /** Whether requests wait for the user to sign in again where the session has ended. By default in pages, not in scripts. */
  readonly park?: boolean;
  readonly fetch?: typeof fetch;
}

/** The options, complete and checked. */
export interface Settings extends ClientOptions {
  /** Without a slash at its end. */
  readonly issuer: string;
  readonly delivery: TokenDelivery;
  readonly renew: 'silent' | 'ask';
  readonly askSeconds: number;
  /** Origins as `URL` writes them. */
  readonly allowedOrigins: readonly string[];
  readonly park: boolean;
}

/** Reads the options. Throws a `TypeError` that names the one that is wrong. */
export function readOptions(options: ClientOptions, hasPage: boolean): Settings {
  const { issuer, allowedOrigins = [issuer] } = options;
  const settings = {
    delivery: 'cookie',
    renew: 'silent',
    askSeconds: 60,
    park: hasPage,
    ...options,
    allowedOrigins,
  } as const;
  const isRight: Record<string, boolean> = {
    issuer: URL.canParse(issuer),
    allowedOrigins: allowedOrigins.every((origin) => URL.canParse(origin)),
    delivery: /^(cookie|body)$/.test(settings.delivery),
    renew: /^(silent|ask)$/.test(settings.renew),
    askSeconds: settings.askSeconds >= 20,
  };
  for (const name in isRight) if (!isRight[name]) throw new TypeError(`createClient: ${name}`);
  return {
    ...settings,
    issuer: issuer.replace(/\/$/, ''),
    allowedOrigins: allowedOrigins.map((origin) => new URL(origin).origin),
  };
}
