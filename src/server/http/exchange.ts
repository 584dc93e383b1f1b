/**
 * One request on its way through a route: Hono's context, with what this server adds to it.
 */
import type { Context as HonoContext } from 'hono';
import type { Context } from '../context.ts';
import type { Origin } from '../events.ts';

/** What whoever serves the handler knows about the connection, and has to say: no request tells by itself where it is from. */
export interface ConnectionInfo {
  /**
   * The address of the peer, a proxy's where there is one; `undefined` where this connection has none any more. Without the member,
   * wrong passwords are counted by account alone.
   */
  readonly remoteAddress?: string | undefined;
}

export interface Env {
  Bindings: ConnectionInfo;
  Variables: { readonly context: Context; readonly from: Origin };
}

export type Exchange = HonoContext<Env>;
