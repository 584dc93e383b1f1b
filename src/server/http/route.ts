/**
 * A route: a method and a path, with what answers there, and what there is to say about it to others.
 */
import type { z } from 'zod';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Context } from '../context.ts';
import type { Answer } from './answer.ts';
import type { Exchange } from './exchange.ts';

/** What a route does. */
export type Handle = (context: Context, exchange: Exchange) => Handled | Promise<Handled>;

/** An answer; or a response, for what is written bit by bit. */
export type Handled = Answer | Response;

/** What a request shows of who sends it. Where there are several, any one of them will do. */
export type Credential = 'access_token' | 'refresh_cookie' | 'client_secret' | 'feed_secret';

/** What a route takes and gives, in the schemas that it checks by. Every route may also give the errors of a fault. */
export interface RouteDescription {
  readonly summary: string;
  /** Absent where anyone may ask; `none` among others: without any of them, too. */
  readonly credentials?: readonly (Credential | 'none')[];
  readonly takes?: { readonly json?: z.ZodType; readonly form?: z.ZodType; readonly query?: z.ZodObject };
  /** What a good answer has as its JSON body, by status; `null` for an empty one. */
  readonly gives: Readonly<Record<number, z.ZodType | null>>;
  readonly errors?: readonly ErrorCode[];
}

export interface Route extends RouteDescription {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** In Hono's syntax, below the issuer. */
  readonly path: string;
  readonly handle: Handle;
}
