/**
 * What a verifier tells its host about itself, for logs and metrics. Never a token, a secret or a claim of a user's.
 */
import type { IgnoredKey } from './read-jwk-set.ts';

/** One thing that has happened. */
export type VerifierEvent =
  /** A key set is in use. `ignored` keys were of no use here. */
  | { readonly type: 'keys_loaded'; readonly kids: readonly string[]; readonly ignored: readonly IgnoredKey[] }
  /** A key set could not be had, or was refused; the one before stays in use up to its hard limit. */
  | { readonly type: 'keys_failed'; readonly reason: string }
  /** The feed's whole list has arrived, for the first time or again. */
  | { readonly type: 'feed_snapshot'; readonly entries: number }
  /** New entries have arrived. */
  | { readonly type: 'feed_entries'; readonly entries: number }
  /** The server has gone on from somewhere else than where we are: the whole list is asked for again. */
  | { readonly type: 'feed_gap' }
  /** The connection has ended, or none could be had. Another attempt follows by itself. */
  | { readonly type: 'feed_disconnected'; readonly reason: string }
  /** The list is older than `maxStalenessSeconds`, or is not whole: `onStale` now says what happens. */
  | { readonly type: 'feed_stale'; readonly ageSeconds: number }
  /** The list is good again. */
  | { readonly type: 'feed_fresh' }
  /** The server could not be asked about a token. */
  | { readonly type: 'introspection_failed'; readonly reason: string };

/** Is told of events. What it throws, and a promise of its that is rejected, is ignored. */
export type TellVerifierEvent = (event: VerifierEvent) => void;
